-- Which fault strikes which answer of a door.
--
-- A fault: { kind =, after = (bytes of the answer's body that pass before it), times = (answers it
-- strikes before it is spent), value =, verb = (strikes answers to this verb only) }. Kinds:
--
--   close reset    ends the connection
--   stall          sends nothing more and keeps the connection
--   trickle        goes on with <value> bytes a second
--   corrupt        turns a byte into another: the first one after <after>, or the one at the file's
--                  offset <value>
--   larger smaller announces <value> bytes more or fewer than there are, and sends as many
--   surplus        sends <value> bytes after the promised ones
--   chunk          lies about the hash of the file's chunk number <value>, the first being 0
--   silent         answers nothing
--   answer         answers with the line <value>
--
-- `silent` and `answer` strike all requests, `chunk` those for hashes, the others bodies.

local faults = {}

local Faults = {}
Faults.__index = Faults

local KINDS = { close = true, reset = true, stall = true, trickle = true, corrupt = true,
    larger = true, smaller = true, surplus = true, chunk = true, silent = true, answer = true }

local INSTEAD = { silent = true, answer = true }

function faults.new()
    return setmetatable({ list = {} }, Faults)
end

-- `kind` may have a verb behind a colon.
function Faults:add(kind, after, times, value)
    local name, verb = kind:match("^(%l+):?(%S*)$")
    if not KINDS[name] then
        error("no such fault: " .. kind, 0)
    end
    table.insert(self.list, { kind = name, verb = verb ~= "" and verb or nil, after = after,
        times = times, value = name == "answer" and value or math.tointeger(tonumber(value)) })
end

function Faults:clear()
    self.list = {}
end

local function spend(self, request, fits)
    local asked = request:match("^%S*")
    for at, fault in ipairs(self.list) do
        if (fault.verb or asked) == asked and fits(fault) then
            fault.times = fault.times - 1
            if fault.times == 0 then
                table.remove(self.list, at)
            end
            return fault
        end
    end
    return nil
end

-- The fault that strikes instead of asking upstream, or nil.
function Faults:instead(request)
    return spend(self, request, function(fault) return INSTEAD[fault.kind] end)
end

-- The fault that strikes a body of these bytes of a file, or nil.
function Faults:of_body(request, offset, length)
    return spend(self, request, function(fault)
        if fault.kind == "corrupt" and fault.value then
            return fault.value >= offset and fault.value < offset + length
        end
        local is_of_body = not INSTEAD[fault.kind] and fault.kind ~= "chunk"
        return is_of_body and fault.after <= length
    end)
end

-- The fault that strikes a list of hashes, or nil.
function Faults:of_chunks(request)
    return spend(self, request, function(fault) return fault.kind == "chunk" end)
end

return faults
