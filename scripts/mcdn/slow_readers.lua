-- Clients that begin a transfer and then read nothing for a while, so that a server is loaded for
-- as long as a scenario likes.

local check = require("mcdn.check")
local wire = require("mcdn.wire")

local slow_readers = {}

local Readers = {}
Readers.__index = Readers

-- More than the system's socket buffers take, so that the server cannot be done with it.
slow_readers.FILE_SIZE = 64 * 1024 * 1024

function slow_readers.new()
    return setmetatable({ list = {} }, Readers)
end

-- One more, on this content server's port. `id` is what it is counted under.
function Readers:add(port, name, id)
    local connection, size = wire.begin_get(port, name)
    check.truthy(connection, "a transfer of " .. name .. " begins: " .. tostring(size))
    table.insert(self.list, { connection = connection, size = size, id = id })
end

-- One more, on the server that the index chooses; returns its id.
function Readers:add_by_index(index_port, name)
    local place, answer = wire.locate(index_port, name)
    check.truthy(place, "the index knows " .. name .. ": " .. tostring(answer))
    self:add(place.port, name, place.id)
    return place.id
end

-- How many there are on a server.
function Readers:count(id)
    local count = 0
    for _, reader in ipairs(self.list) do
        if reader.id == id then
            count = count + 1
        end
    end
    return count
end

-- Reads them all to their ends and checks that each got what was promised.
function Readers:finish()
    for _, reader in ipairs(self.list) do
        local left = reader.size
        while left > 0 do
            local data, problem = reader.connection:bytes(math.min(left, 1024 * 1024))
            check.truthy(data, "the rest of a transfer: " .. tostring(problem))
            left = left - #data
        end
        reader.connection:close()
    end
    self.list = {}
end

-- Hangs up without reading the rest.
function Readers:drop()
    for _, reader in ipairs(self.list) do
        reader.connection:close()
    end
    self.list = {}
end

return slow_readers
