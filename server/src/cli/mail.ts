/**
 * The bodies of the messages of an mbox, decoded, in the order of their `[PATCH n/m]` numbers: archives store a series
 * as it arrived. A text that is no mbox is its own only body. Texts are bytes, one a character.
 */
export function decodeMail(text: string): readonly string[] {
  if (!/^From [^\n]*\n/.test(text)) return [isMessage(text) ? decodeMessage(text).body : text];
  const messages = text
    .split(/^From \S{1,200} [^\n]{0,200}\d{4}(?: [+-]\d{4})?\r?\n/m)
    .filter(message => message.trim() !== '');
  const decoded = messages.map(message => decodeMessage(message.replace(/^>(>*From )/gm, '$1')));
  const ordered = decoded.every(({ number }) => number !== null)
    ? [...decoded].sort((a, b) => a.number! - b.number!)
    : decoded;
  return ordered.map(({ body }) => body);
}

interface Message {
  readonly body: string;
  /** Its place in a series; null when the subject does not tell. */
  readonly number: number | null;
}

/** Longest head that is looked at, in bytes. */
const MAX_HEAD = 65536;

function isMessage(text: string): boolean {
  return /^(?:From|Subject|Date|Message-I[dD]|Return-Path|Received): /.test(text);
}

function decodeMessage(message: string): Message {
  const blank = /\r?\n\r?\n/.exec(message);
  if (!blank || !isMessage(message)) return { body: message, number: null };
  const head = message.slice(0, Math.min(blank.index, MAX_HEAD)).replace(/\r?\n[ \t]+/g, ' ');
  const body = message.slice(blank.index + blank[0].length);
  const series = /^Subject:.*\[[^\]]*PATCH[^\]]*?(\d+)\/\d+\]/im.exec(head);
  return { body: decodeBody(body, head), number: series ? Number(series[1]) : null };
}

function decodeBody(body: string, head: string): string {
  const encoding = /^Content-Transfer-Encoding:\s*(\S+)/im.exec(head)?.[1]?.toLowerCase();
  switch (encoding) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('latin1');
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    default:
      return body;
  }
}

function decodeQuotedPrintable(body: string): string {
  return body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
