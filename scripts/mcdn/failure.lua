-- A failed expectation: what was said, and the line of the scenario that said it.

local failure = {}

local Failure = {}
Failure.__index = Failure

function Failure:__tostring()
    return self.text
end

local function source_line(path, number)
    local file = io.open(path)
    if not file then
        return nil
    end
    local at = 0
    for line in file:lines() do
        at = at + 1
        if at == number then
            file:close()
            return line:match("^%s*(.-)%s*$")
        end
    end
    file:close()
    return nil
end

-- The innermost line of a scenario that is being run: "file:line" and its text.
local function place()
    local level = 3
    while true do
        local info = debug.getinfo(level, "Sl")
        if not info then
            return nil
        end
        if info.source:find("[/\\]scenarios[/\\]") and info.currentline > 0 then
            local path = info.source:gsub("^@", "")
            return path .. ":" .. info.currentline, source_line(path, info.currentline)
        end
        level = level + 1
    end
end

-- Raises a failure; `lines` are further lines, shown indented.
function failure.raise(text, lines)
    local where, expression = place()
    local parts = { text }
    for _, line in ipairs(lines or {}) do
        parts[#parts + 1] = "    " .. line
    end
    if where then
        parts[#parts + 1] = "    at " .. where .. ": " .. (expression or "")
    end
    error(setmetatable({ text = table.concat(parts, "\n") }, Failure), 0)
end

-- For xpcall: failures stay as they are, mistakes in the scenarios get a traceback.
function failure.handler(problem)
    if getmetatable(problem) == Failure then
        return problem
    end
    return debug.traceback(tostring(problem), 2)
end

-- The same failure with a name in front, for parts that run side by side.
function failure.named(name, problem)
    return setmetatable({ text = name .. ": " .. tostring(problem) }, Failure)
end

return failure
