// Drives a real VS Code (code-server) in a headless browser, with the extension as it ships.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findCodeServer, findProgram } from './tools.mjs';

const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.fontFamily': "'Fira Code', 'DejaVu Sans Mono', monospace",
  'editor.minimap.enabled': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.restoreWindows': 'none',
  'workbench.colorTheme': process.env.THEME ?? 'Default Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** Opens the file, looks at its defect in every way that the editor has, fixes it and saves. `check` notes each step. */
export async function testVscode({ vsix, sample, shots, check }) {
  const codeServer = findCodeServer();
  const chromium = findProgram('chromium', 'chromium');
  const home = mkdtempSync(path.join(tmpdir(), 'mm-analyzer-vscode-'));
  const workspace = path.join(home, 'workspace');
  cpSync(path.dirname(sample), workspace, { recursive: true });
  const file = path.join(workspace, path.basename(sample));
  const server = await startCodeServer(codeServer, home, vsix);
  const browser = await codeServer.playwright.chromium.launch({
    executablePath: chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 });
    const page = await context.newPage();
    const look = name => page.screenshot({ path: path.join(shots, `vscode-${name}.png`) });
    try {
      await page.goto(`${server.url}/?folder=${workspace}`);
      await fixTheFile(page, path.basename(file), look, check);
      check('the fix is on disk', await becomes(() => readFileSync(file, 'utf8') !== readFileSync(sample, 'utf8')));
      await helpWithRust(page, 'watch.rs', look, check);
    } catch (error) {
      await look('failure');
      throw error;
    }
  } finally {
    await browser.close();
    server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function fixTheFile(page, name, look, check) {
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick({ timeout: 60_000 });
  const squiggle = page.locator('.squiggly-error').first();
  await squiggle.waitFor({ state: 'attached', timeout: 60_000 });
  check('the defect is underlined', true);
  await look('open');

  const handle = page.locator('.view-line', { hasText: 'mmput(mm)' }).getByText('mm', { exact: false }).last();
  await hoverWord(page, handle, 'mm');
  const hover = page.locator('.monaco-hover:visible', { hasText: 'MmWithUser' }).first();
  await hover.waitFor();
  check('the handle is explained', true);
  await look('hover');

  await page.mouse.move(5, 5);
  const defect = page.locator('.view-line', { hasText: 'return -EINTR' });
  await hoverWord(page, defect, 'return');
  const story = page.locator('.monaco-hover:visible', { hasText: 'leaked-users' }).first();
  await story.waitFor();
  check(
    'the defect names its rule, with a link to its page',
    (await story.locator('a', { hasText: 'leaked-users' }).count()) > 0,
  );
  await look('defect');

  await page.mouse.move(5, 5);
  await page.keyboard.press('Control+Shift+M');
  const problem = page.locator('.markers-panel .monaco-list-row', { hasText: 'mm_users' }).first();
  await problem.waitFor();
  const steps = page.locator('.markers-panel .monaco-list-row', { hasText: 'taken here' });
  check('the Problems panel tells the story', (await steps.count()) > 0);
  await look('problems');

  const allow = await openQuickFixes(page, defect, 'Allow leaked-users');
  check('the fix and the allow comment are offered', (await quickFixes(page).allInnerTexts()).length === 2);
  await look('fixes');
  await allow.click();
  await page.keyboard.type('a test may leak');
  await squiggle.waitFor({ state: 'detached' });
  check('an allow comment with a reason silences the defect', true);
  await look('allowed');
  const comment = page.locator('.view-line', { hasText: 'mm-analyzer: allow' });
  while ((await comment.count()) > 0) await page.keyboard.press('Control+Z');
  await squiggle.waitFor({ state: 'attached' });

  const fix = await openQuickFixes(page, defect, 'mmput');
  await fix.click();
  await squiggle.waitFor({ state: 'detached' });
  check('the fix mends the defect', true);
  await page.keyboard.press('Control+S');
  await page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  await look('fixed');
}

async function helpWithRust(page, name, look, check) {
  await page.keyboard.press('Control+Shift+E');
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
  const drops = page.locator('.view-line', { hasText: 'mmap_read_unlock(users); mmput(users), may sleep' });
  await drops.first().waitFor({ timeout: 60_000 });
  check('Rust shows its drops as the C calls that they make', (await drops.count()) === 2);
  const squiggle = page.locator('.squiggly-warning').first();
  await squiggle.waitFor({ state: 'attached' });
  check('unsafe code without a SAFETY comment is underlined', true);
  await look('rust');

  const call = page.locator('.view-line', { hasText: 'bindings::mmgrab' });
  await hoverWord(page, call, 'mmgrab');
  const contract = page.locator('.monaco-hover:visible', { hasText: 'mm_count' }).first();
  await contract.waitFor();
  check('a binding has the contract of its C function', true);
  await look('rust-hover');

  await page.mouse.move(5, 5);
  const compose = await openQuickFixes(page, call, 'SAFETY', 'unsafe');
  await look('rust-fixes');
  await compose.click();
  await page.locator('.view-line', { hasText: '// SAFETY:' }).first().waitFor();
  await squiggle.waitFor({ state: 'detached' });
  check('the composed comment ends the warning', true);
  await look('rust-safety');
}

/** An editor writes a file some time after it says that it is saved. */
async function becomes(condition) {
  for (let tries = 0; tries < 50 && !condition(); tries++) await new Promise(resolve => setTimeout(resolve, 100));
  return condition();
}

const quickFixes = page => page.locator('.action-widget .monaco-list-row.action');

/** Opens the menu of the light bulb on a line, or on a word of it; resolves to the entry with these words. */
async function openQuickFixes(page, line, words, at) {
  if (at) {
    await hoverWord(page, line, at);
    await page.mouse.down();
    await page.mouse.up();
  } else await line.click();
  await page
    .locator('.monaco-editor [class*=lightbulb]:visible, .monaco-editor [class*=light-bulb]:visible')
    .first()
    .waitFor();
  await page.keyboard.press('Control+.');
  const entry = quickFixes(page).filter({ hasText: words }).first();
  await entry.waitFor();
  return entry;
}

/** Puts the mouse on a word of a line: Monaco renders a line as few elements, so the place is counted in characters. */
async function hoverWord(page, line, word) {
  const box = await line.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let found = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent.search(new RegExp(`\\b${wanted}\\b`));
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      found = { x: x + width / 2, y: y + height / 2 };
    }
    return found;
  }, word);
  await page.mouse.move(box.x, box.y, { steps: 3 });
}

async function startCodeServer({ node, entry }, home, vsix) {
  const user = path.join(home, 'user');
  mkdirSync(path.join(user, 'User'), { recursive: true });
  writeFileSync(path.join(user, 'User/settings.json'), JSON.stringify(SETTINGS));
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_DATA_HOME: path.join(home, 'data'),
    XDG_CACHE_HOME: path.join(home, 'cache'),
    // No outside host is asked for anything.
    EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}',
  };
  const folders = ['--extensions-dir', path.join(home, 'extensions'), '--user-data-dir', user];
  const installed = spawnSync(node, [entry, ...folders, '--install-extension', vsix], { env, encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(`the extension cannot be installed: ${installed.stderr}`);
  const port = await freePort();
  const options = [
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--disable-telemetry',
    '--disable-update-check',
  ];
  // A group of its own, so that its helpers end with it.
  const child = spawn(node, [entry, ...folders, ...options], { env, detached: true, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (
    let tries = 0;
    !(await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ));
    tries++
  ) {
    if (tries > 200 || child.exitCode !== null) throw new Error('code-server does not start');
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return { url, stop: () => process.kill(-child.pid) };
}

function freePort() {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
