-- Fifty content servers with four thousand files each: everything is found where it is, while
-- folders change, servers die and come back, and index and monitor are started anew.
--
-- Slow programs (sanitized, emulated) get ten servers with four hundred files each.

local check = require("mcdn.check")
local crowd = require("mcdn.crowd")
local folder = require("mcdn.folder")
local paths = require("mcdn.paths")
local special = require("mcdn.special")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local SERVERS, FILES = 50, 4000
local FEW_SERVERS, FEW_FILES = 10, 400
local START_S, HEAL_S = 120, 30
local SOME = 20 -- files of each server that are asked for again and again while something goes on
local INDEX_MEMORY_MAX = 96 * 1024 * 1024

local function every_fifth(people)
    local some = {}
    for at = 1, #people.members, 5 do
        some[#some + 1] = people.members[at]
    end
    return some
end

-- Waits until everything is known as it is. Meanwhile the files of those who are not in `changing`
-- are found all the time; the others' too, or none of them.
local function settles(people, what, seconds, changing)
    waiting.eventually(what, seconds, function()
        for _, member in ipairs(people.members) do
            local found = member.up and people:check_some_of(member, SOME)
            if member.up and not (changing == "all" or changing[member.id]) then
                check.equal(found, SOME, what .. ": files found of " .. member.id)
            end
        end
        local fine, problem = people:is_known_at(people.site.monitor.tcp_port)
        if not fine then
            return nil, problem
        end
        return people:is_known_at(people.site.index.tcp_port)
    end)
end

-- All files are listed, and every single one of these servers is asked for.
local function check_files(people, members)
    local wanted = people:expected_list()
    waiting.eventually("the index lists just what there is", HEAL_S, function()
        return people:is_listed(wanted)
    end)
    for _, member in ipairs(members) do
        people:check_all_of(member)
    end
end

-- Clients who want what all have are sent to everybody who lives, and to nobody else.
local function check_shares(people)
    -- Who was asked for more just now gets fewer until the index has heard the monitor again.
    waiting.eventually("all who live get clients", HEAL_S, function()
        local shares, without = people:shares(4 * #people.members), nil
        for _, member in ipairs(people.members) do
            check.truthy(member.up or not shares[member.id], member.id .. " is dead: no clients")
            without = without or (member.up and not shares[member.id] and member.id)
        end
        return not without, without
    end)
    local connection = check.truthy(wire.connect(people.site.index.tcp_port))
    check.equal(#connection:list("LOCATE " .. crowd.EVERYWHERE),
        people:count(function(member) return member.up end), "sources of the common file")
    connection:close()
end

-- A few files more and a few less on each server.
local function check_changes(people)
    local gone = {}
    for _, member in ipairs(people.members) do
        gone[#gone + 1] = people:remove_last(member)
        gone[#gone + 1] = people:remove_last(member)
        for number = 1, 3 do
            people:add(member, ("%s/d00/new-%d.txt"):format(member.id, number))
        end
    end
    check_files(people, every_fifth(people))
    for at, answer in ipairs(people:ask(gone)) do
        check.equal(answer, crowd.NOT_FOUND, "GET " .. gone[at])
    end
end

local function start_again(people, members, what, changing)
    for _, member in ipairs(members) do
        member.program = people.net:restart(member.program)
        member.up = true
    end
    settles(people, what, HEAL_S, changing)
    check_files(people, members)
end

-- Every fifth server is killed, its folder changed, and started again.
local function check_kills(people)
    local killed, changing = every_fifth(people), {}
    for _, member in ipairs(killed) do
        member.program:kill()
        member.up = false
        changing[member.id] = true
    end
    settles(people, "the deaths are known", HEAL_S, changing)
    check_files(people, killed)
    check_shares(people)
    check.equal(people.site.monitor.log:count("marked as DEAD"), #killed,
        "servers that the monitor called dead")
    for _, member in ipairs(killed) do
        people:remove_last(member)
        people:add(member, member.id .. "/d00/while-away.txt")
    end
    start_again(people, killed, "those who died are back", changing)
end

-- Who stops in order is out at once: nobody waits here.
local function check_stops(people)
    local stopped, changing = every_fifth(people), {}
    for _, member in ipairs(stopped) do
        check.equal(member.program:stop(), 0, member.id .. ": exit code")
        member.up = false
        changing[member.id] = true
        people:check_all_of(member)
    end
    check_shares(people)
    start_again(people, stopped, "those who stopped are back", changing)
end

local function check_monitor(people)
    local site = people.site
    site.monitor:kill()
    site.monitor = people.net:restart(site.monitor)
    settles(people, "a new monitor hears all", HEAL_S, {})
    check.equal(site.monitor.log:count("marked as DEAD"), 0, "servers called dead")
end

-- A new index knows nothing, and is told everything again.
local function check_index(people)
    local site = people.site
    site.index:kill()
    site.index = people.net:restart(site.index)
    settles(people, "a new index knows all", START_S, "all")
    check_files(people, people.members)
    check_shares(people)
end

-- One file of every fifth server, and the common one, by the client.
local function check_downloads(people)
    local out, names = folder.make(people.net.folder .. "/downloads"), { crowd.EVERYWHERE }
    for _, member in ipairs(every_fifth(people)) do
        names[#names + 1] = member.names[math.random(#member.names)]
    end
    local code = people.net:client({ index = people.site.index },
        table.move(names, 1, #names, 3, { "--output-dir", out }))
    check.equal(code, 0, "exit code of the client")
    for _, name in ipairs(names) do
        check.same_bytes(folder.read(out .. "/" .. name), crowd.contents(name), name)
    end
end

local function check_memory(test, people)
    local memory = special.memory(people.site.index.child:pid())
    if memory and test.patience == 1 then
        check.at_most(memory, INDEX_MEMORY_MAX, "memory of the index in bytes")
    end
end

local function start(test)
    local servers, files = SERVERS, FILES
    if test.patience > 1 or #test.paths.launcher > 0 or paths.for_windows(test.paths) then
        servers, files = FEW_SERVERS, FEW_FILES
        test:skip(("%d servers with %d files each"):format(SERVERS, FILES),
            ("slow programs get %d with %d"):format(servers, files))
    end
    -- Many programs share few processors here: none of them shall be called dead for that.
    local net = test:network("net", not test.spec_times and { interval = 0.5, check = 0.25,
        timeout = 4 * test.patience } or nil)
    local site = { monitor = net:monitor() }
    site.index = net:index({ monitor = site.monitor })
    local people = crowd.start(net, site, servers, files)
    settles(people, "all are registered", START_S, "all")
    return people
end

return function(test)
    local people = start(test)
    check_files(people, people.members)
    check_shares(people)
    check_changes(people)
    check_kills(people)
    check_monitor(people)
    check_index(people)
    check_stops(people)
    check_downloads(people)
    check_memory(test, people)
end
