-- Runs inside Neovim 0.7 or newer: opens the file, looks at its defect, fixes it and saves. Prints a line for each check.
local failed = false
local function check(what, ok)
  io.stdout:write((ok and 'ok ' or 'FAIL ') .. what .. '\n')
  failed = failed or not ok
end
local function wait(condition)
  return vim.wait(10000, condition, 10)
end
local function line_of(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then return number, column end
  end
end

local function main()
  vim.bo.filetype = 'c'
  local client_id = vim.lsp.start_client({
    name = 'mm-analyzer',
    cmd = { vim.env.NODE, vim.env.SERVER, 'lsp', '--stdio' },
    root_dir = vim.fn.getcwd(),
  })
  vim.lsp.buf_attach_client(0, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  check('the server is initialized', wait(function() return client.initialized end))

  check('one defect is shown', wait(function() return #vim.diagnostic.get(0) == 1 end))
  local defect = vim.diagnostic.get(0)[1]
  local number = line_of('return -EINTR')
  check('it is on its line', defect.lnum + 1 == number)
  check('it says what is wrong', defect.message:find('mm_users', 1, true) ~= nil)

  local put, column = line_of('mmput(mm)')
  vim.api.nvim_win_set_cursor(0, { put, column + 5 })
  vim.lsp.buf.hover()
  local shown
  wait(function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        shown = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
        vim.api.nvim_win_close(window, true)
        return true
      end
    end
  end)
  check('the handle is explained in a window', shown ~= nil and shown:find('MmWithUser', 1, true) ~= nil)

  -- Chooses the first action, as a user would with "1".
  vim.ui.select = function(actions, _, choose) choose(actions[1]) end
  vim.api.nvim_win_set_cursor(0, { number, 3 })
  local before = vim.api.nvim_buf_line_count(0)
  vim.lsp.buf.code_action()
  check('the fix edits the buffer', wait(function() return vim.api.nvim_buf_line_count(0) > before end))
  check('the fix mends the defect', wait(function() return #vim.diagnostic.get(0) == 0 end))
  vim.cmd('silent write')

  client.stop()
  check('the server ends', wait(function() return client.is_stopped() end))
end

local ok, fault = xpcall(main, debug.traceback)
if not ok then check(fault, false) end
vim.cmd(failed and 'cquit 1' or 'quitall!')
