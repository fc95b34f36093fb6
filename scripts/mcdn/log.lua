-- Reads a log file that a running program writes.

local log = {}
log.__index = log

function log.new(path)
    return setmetatable({ path = path }, log)
end

-- All of it from a byte position on (default: the beginning).
function log:text(from)
    local file = io.open(self.path, "rb")
    if not file then
        return ""
    end
    file:seek("set", from or 0)
    local text = file:read("a") or ""
    file:close()
    return text
end

-- Where it ends now: what comes later is found from here.
function log:mark()
    local file = io.open(self.path, "rb")
    if not file then
        return 0
    end
    local size = file:seek("end")
    file:close()
    return size
end

-- The captures of the first line that matches the pattern, as string.match gives them.
function log:find(pattern, from)
    for line in self:text(from):gmatch("[^\r\n]+") do
        local found = table.pack(line:match(pattern))
        if found[1] then
            return table.unpack(found, 1, found.n)
        end
    end
    return nil
end

-- How many lines match.
function log:count(pattern, from)
    local count = 0
    for line in self:text(from):gmatch("[^\r\n]+") do
        if line:find(pattern) then
            count = count + 1
        end
    end
    return count
end

-- The last lines, for a report.
function log:tail(most)
    local lines = {}
    for line in self:text():gmatch("[^\r\n]+") do
        lines[#lines + 1] = line
    end
    return table.concat(lines, "\n", math.max(1, #lines - most + 1))
end

return log
