-- Terminals, for programs that behave otherwise when a person sits there.

local process = require("process")

local terminal = {}

local NONE = 125 -- how the helper ends where it gets no terminal
local START_MS = 10000

local function path_of(paths)
    return paths.modules .. "/pty"
end

-- Whether there are any: not on Windows, not without the build's helper, and not in a system that
-- was set up without them, as some containers are.
function terminal.is_available(paths)
    local child <close> = process.start({ argv = { path_of(paths), "80", paths.lua, "-v" } })
    return child ~= nil and child:wait(START_MS) ~= NONE
end

-- The words before a program's own that put it onto a terminal so many columns wide.
function terminal.launcher(paths, columns)
    return { path_of(paths), tostring(columns) }
end

-- The text without escape sequences, but for the spaces that one of them stands for.
function terminal.clean(text)
    text = text:gsub("\27%[(%d*)C", function(count) return (" "):rep(tonumber(count) or 1) end)
    return (text:gsub("\27%[[%d;?]*%a", ""):gsub("\27%[?[%d;?]*$", ""))
end

-- What stands on the screen's lines after this clean text, which overwrites itself after returns:
-- the last of what was written to each.
function terminal.lines(text)
    local lines = {}
    text = text:gsub("\r+\n", "\n")
    for line in (text .. "\n"):gmatch("(.-)\n") do
        local shown = ""
        for part in (line .. "\r"):gmatch("(.-)\r") do
            shown = part .. shown:sub(#part + 1)
        end
        lines[#lines + 1] = shown
    end
    return lines
end

return terminal
