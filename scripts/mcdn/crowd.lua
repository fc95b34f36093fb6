-- Many content servers with many small files: who has what, and whether an index says so.
--
-- Each server has files of its own and one that all have. What is asked goes out in large batches,
-- so that every single file can be asked for.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local wire = require("mcdn.wire")

local crowd = {}

local Crowd = {}
Crowd.__index = Crowd

local BATCH = 500
local FILES_A_FOLDER = 400
local RECENT = 10 -- names at the end that the last changes may have brought

crowd.EVERYWHERE = "everywhere.txt"
crowd.NOT_FOUND = "ERROR FILE_NOT_FOUND"

-- The contents are told by the name, and differ in size from the next file's.
function crowd.contents(name)
    return name .. ("."):rep(#name + (tonumber(name:match("%d+%.txt$") or "") or 0) % 50)
end

-- Writes a file of the server, which has it from now on.
function Crowd:add(member, name)
    local data = crowd.contents(name)
    folder.write(member.folder .. "/" .. name, data)
    member.sizes[name] = #data
    member.names[#member.names + 1] = name
end

-- Removes one of the server's own files, the last one that it got.
function Crowd:remove_last(member)
    local name = table.remove(member.names)
    member.sizes[name] = nil
    check.truthy(os.remove(member.folder .. "/" .. name))
    return name
end

local function make_folder(self, member, files)
    for number = 0, files - 1 do
        if number % FILES_A_FOLDER == 0 then
            folder.make(("%s/%s/d%02d"):format(member.folder, member.id, number // FILES_A_FOLDER))
        end
        self:add(member, ("%s/d%02d/file-%04d.txt"):format(member.id, number // FILES_A_FOLDER,
            number))
    end
    folder.write(member.folder .. "/" .. crowd.EVERYWHERE, crowd.contents(crowd.EVERYWHERE))
end

-- Makes the folders of so many servers with so many files each, in a network that has a monitor and
-- an index, and starts them.
function crowd.start(net, site, servers, files)
    local self = setmetatable({ net = net, site = site, members = {} }, Crowd)
    for number = 1, servers do
        local id = ("S%02d"):format(number)
        local member = { id = id, folder = net.folder .. "/" .. id, names = {}, sizes = {} }
        make_folder(self, member, files)
        self.members[number] = member
    end
    for _, member in ipairs(self.members) do
        member.program = net:content({ id = member.id, files = member.folder, index = site.index,
            monitor = site.monitor })
        member.up = true
    end
    return self
end

-- Whether a monitor or an index shows each server as what it is; nil and the first that is not.
function Crowd:is_known_at(port)
    local servers, problem = wire.servers(port)
    if not servers then
        return nil, problem
    end
    for _, member in ipairs(self.members) do
        local status = servers[member.id] and servers[member.id].status or "unknown"
        if status ~= (member.up and "alive" or "dead") then
            return nil, ("%s is %s at port %d"):format(member.id, status, port)
        end
    end
    return true
end

-- The answers to GET of these names, in their order.
function Crowd:ask(names)
    local connection = check.truthy(wire.connect(self.site.index.tcp_port))
    local answers = {}
    for first = 1, #names, BATCH do
        local last = math.min(first + BATCH - 1, #names)
        check.truthy(connection:send("GET " .. table.concat(names, "\nGET ", first, last) .. "\n"))
        for at = first, last do
            answers[at] = check.truthy(connection:line())
        end
    end
    connection:close()
    return answers
end

-- What an index has to answer to GET of a server's own file.
function Crowd:place(member, name)
    return ("SERVER 127.0.0.1 %d %s %d"):format(member.program.tcp_port, member.id,
        member.sizes[name])
end

-- How many servers fn accepts.
function Crowd:count(fn)
    local count = 0
    for _, member in ipairs(self.members) do
        count = count + (fn(member) and 1 or 0)
    end
    return count
end

-- Asks for every single file of the server: it is found there, or not at all when that is down.
function Crowd:check_all_of(member)
    for at, answer in ipairs(self:ask(member.names)) do
        local name = member.names[at]
        local wanted = member.up and self:place(member, name) or crowd.NOT_FOUND
        if answer ~= wanted then
            check.equal(answer, wanted, "the answer to GET " .. name)
        end
    end
end

-- Asks for some files, by chance, of a server that may be registering, and of which an older list
-- may be in force: each is found there or not at all, and from the first that is found on all are.
-- How many were found.
function Crowd:check_some_of(member, count)
    local names, found = {}, 0
    for at = 1, count do
        names[at] = member.names[math.random(#member.names - RECENT)]
    end
    for at, answer in ipairs(self:ask(names)) do
        if answer ~= crowd.NOT_FOUND or found > 0 then
            check.equal(answer, self:place(member, names[at]), "the answer to GET " .. names[at])
            found = found + 1
        end
    end
    return found
end

-- LIST_FILES as it has to be: everything of the servers that are up, in the order of the names.
function Crowd:expected_list()
    local lines = { ("FILE %s %d"):format(crowd.EVERYWHERE,
        #crowd.contents(crowd.EVERYWHERE)) }
    for _, member in ipairs(self.members) do
        for name, size in pairs(member.up and member.sizes or {}) do
            lines[#lines + 1] = ("FILE %s %d"):format(name, size)
        end
    end
    table.sort(lines)
    return lines
end

-- Whether the index lists just this; nil and the first difference if not.
function Crowd:is_listed(wanted)
    local connection = check.truthy(wire.connect(self.site.index.tcp_port))
    local lines, problem = connection:list("LIST_FILES")
    connection:close()
    if not lines then
        return nil, problem
    end
    for at = 1, math.max(#wanted, #lines) do
        if lines[at] ~= wanted[at] then
            return nil, ("line %d of %d is %q, not %q"):format(at, #lines, lines[at], wanted[at])
        end
    end
    return true
end

-- How often each server is named when this many clients ask for what all have.
function Crowd:shares(clients)
    local names, shares = {}, {}
    for at = 1, clients do
        names[at] = crowd.EVERYWHERE
    end
    for _, answer in ipairs(self:ask(names)) do
        local id = check.truthy(answer:match("^SERVER 127%.0%.0%.1 %d+ (%S+) %d+$"), answer)
        shares[id] = (shares[id] or 0) + 1
    end
    return shares
end

return crowd
