-- Runs Micro-CDN's test scenarios: lua scripts/scenario.lua list

local function folder_of_this_file()
    return arg[0]:match("^(.*)[/\\][^/\\]*$") or "."
end

-- Where `lua` is an older one, the scenarios are handed on to the right one beside it. Every Lua
-- since 5.1 must therefore understand this file.
local function hand_on()
    local words = { "lua5.4", arg[0] }
    for _, word in ipairs(arg) do
        words[#words + 1] = "'" .. word:gsub("'", "'\\''") .. "'"
    end
    local status, _, code = os.execute(table.concat(words, " "))
    code = code or (status == true and 0) or status
    if type(code) == "number" and code > 255 then
        code = math.floor(code / 256) -- Lua 5.1 gives what wait(2) gives
    end
    if code == 127 then
        io.stderr:write("scenario.lua: ", _VERSION, " is too old: install Lua 5.4\n")
    end
    os.exit(code)
end

if _VERSION < "Lua 5.4" then
    hand_on()
end

local here = folder_of_this_file()
package.path = here .. "/?.lua;" .. package.path
-- Closing the state collects, and so kills, every process that is left.
os.exit(require("mcdn.main").run(arg, here), true)
