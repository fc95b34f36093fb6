-- Going on where an earlier run ended: after kill -9, Ctrl-C or a damaged journal only what is
-- missing is fetched, and another file is never continued.

local big = require("mcdn.big")
local check = require("mcdn.check")
local downloads = require("mcdn.downloads")
local folder = require("mcdn.folder")
local process = require("process")
local special = require("mcdn.special")
local waiting = require("mcdn.waiting")

local MIB = downloads.MIB
local CHUNK = downloads.CHUNK
local AT_ONCE = 3 -- they wait more than they work
local NAME = "disk.img"
local SIZE = 12 * MIB
local HALF = SIZE // 2
local BIG_SIZE = 200 * MIB
local KILLS = 10
local CONNECTIONS = 4
local UNREAD = MIB
local NOTED_S = 1.5 -- longer than the client's pause between two looks

local function start(test, name, size)
    local site = downloads.start(test, name)
    site.file = site:make_file("files", NAME, size or SIZE)
    site:serves_by_doors(site.file, 2)
    return site
end

-- Killed ten times, each time when as many bytes more were sent: in full flow (but not beyond the
-- next time's place, however long a kill takes), or while the sources wait. Lost are chunks that
-- were not complete, and what a dead client could not read any more.
local function check_kills(test)
    local site = start(test, "kills", BIG_SIZE)
    local step = BIG_SIZE // (KILLS + 1)
    site.p1:rate(60 * MIB)
    site.p2:rate(60 * MIB)
    for kill = 1, KILLS do
        site.proxy:gate((kill + kill % 2) * step)
        local client = site:start_client(NAME)
        site.proxy:waits_for(kill * step)
        site:kill_client(client)
        check.truthy(site:has_only_part(site.file), "the part is kept")
    end
    site.proxy:gate(nil)
    site:downloads(site.file)
    site:sent_again_at_most(KILLS * (CONNECTIONS * CHUNK + UNREAD))
    site:stop()
end

-- Starts a download and lets half of the file come.
local function half_way(site, ...)
    site.proxy:gate(HALF)
    local client = site:start_client(NAME, ...)
    site.proxy:waits_for(HALF)
    return client
end

-- Waits until what the client writes down for another run has not changed for a while.
local function waits_until_noted(site)
    local path = ("%s/%s.mcdn-journal"):format(site.out, NAME)
    local noted, since
    waiting.eventually("the journal is written", 20, function()
        local now = folder.read(path)
        if now ~= noted then
            noted, since = now, process.now_ms()
        end
        return noted and process.now_ms() - since > waiting.seconds(NOTED_S) * 1000
    end)
end

-- Killed while it has nothing to do: nothing is lost, not even of pieces that are not complete.
local function check_kill_at_rest(test)
    local site = start(test, "rest")
    local client = half_way(site, "--stall-timeout", "30")
    waits_until_noted(site)
    site:kill_client(client)
    site.proxy:gate(nil)
    site:downloads(site.file)
    site:sent_again_at_most(MIB)
    site:stop()
end

local function check_interrupt(test)
    local site = start(test, "interrupt")
    local client = half_way(site)
    client.child:interrupt()
    check.equal(client:wait(10), 130, "exit code")
    check.truthy(site:has_only_part(site.file), "the part is kept")
    site.proxy:gate(nil)
    site:downloads(site.file)
    site:sent_again_at_most(MIB)
    site:stop()
end

-- A network with files whose names are the first one's with something behind it.
local function start_neighbours(test, name)
    local site = downloads.start(test, name)
    site.file = site:make_file("files", NAME, SIZE)
    site.others = {}
    for at, ending in ipairs({ ".journal", ".part", ".mcdn-part.journal", ".mcdn-journal.part" }) do
        site.others[at] = site:make_file("files", NAME .. ending, MIB)
    end
    site:serves_by_doors(site.file, 2)
    for _, other in ipairs(site.others) do
        site.p1:file(other.name, other.size, other.sha256)
    end
    site.p1:renews()
    return site
end

local function download_neighbours(site)
    for _, other in ipairs(site.others) do
        check.equal(site:download(other.name), 0, "exit code")
        big.check_same(site.out .. "/" .. other.name, other)
    end
end

-- What one download has left is not in another one's way.
local function check_neighbours(test)
    local site = start_neighbours(test, "neighbours")
    local client = half_way(site)
    client.child:interrupt()
    check.equal(client:wait(10), 130, "exit code")
    site.proxy:gate(nil)
    download_neighbours(site)
    site.proxy:forget()
    check.equal(site:download(NAME), 0, "exit code")
    big.check_same(site.out .. "/" .. NAME, site.file)
    check.at_most(site.proxy:sent(), SIZE - HALF + MIB, "bytes of the second run")
    site:stop()
end

-- Nor what one still writes in that of a file that is whole by now.
local function check_neighbours_at_once(test)
    local site = start_neighbours(test, "at-once")
    local client = site:start_client("--limit-rate", "8M", NAME)
    site.proxy:waits_for(MIB)
    check.truthy(client.child:suspend())
    download_neighbours(site)
    check.truthy(client.child:resume())
    check.equal(client:wait(20), 0, "exit code")
    for _, file in ipairs({ site.file, table.unpack(site.others) }) do
        big.check_same(site.out .. "/" .. file.name, file)
    end
    site:stop()
end

-- Two runs, and between them the file becomes another one: the second run begins anew and says so.
local function check_changed(test, name, size)
    local site = start(test, "changed-" .. name)
    site:kill_client(half_way(site))
    local other = site:make_file("other", NAME, size, "other")
    local upstream = site:serves(other)
    site.p1:leaves()
    site.p2:leaves()
    site:door("P3", upstream, other)
    site.proxy:heal()
    local text = site:downloads(other)
    check.at_least(site.proxy:sent(), other.size, "bytes of the second run")
    site:sent_again_at_most(UNREAD, "the second run")
    check.matches(text, "anew", "what is said about it")
    site:stop()
end

-- A part whose file's hash nobody knew is continued from nobody but who had begun it.
local function check_unknown(test)
    local site = downloads.start(test, "unknown")
    local one = site:make_file("one", NAME, SIZE, "one")
    local other = site:make_file("other", NAME, SIZE, "other")
    local p1 = site:door("P1", site:serves(one, "base"), one, false)
    site:kill_client(half_way(site))
    p1:leaves()
    p1:refuse()
    site:door("P2", site:serves(other, "base"), other, false)
    site.proxy:gate(nil)
    site:downloads(other)
    site:stop()
end

local function check_complete(test)
    local site = start(test, "complete")
    site:downloads(site.file)
    site.proxy:forget()
    check.contains(site:downloads(site.file), "already complete")
    check.equal(site.proxy:sent(), 0, "bytes of the second run")
    local path = site.out .. "/" .. NAME
    local data = folder.read(path)
    folder.write(path, data:sub(1, HALF) .. "?" .. data:sub(HALF + 2))
    site:downloads(site.file)
    check.at_least(site.proxy:sent(), SIZE, "bytes fetched for a file with a wrong byte")
    site:sent_again_at_most(UNREAD, "for a file with a wrong byte")
    folder.write(path, data:sub(1, HALF))
    site:downloads(site.file)
    site:stop()
end

-- Every file beside the part is damaged in turn, and the part itself: it never comes out wrong.
local function check_damage(test)
    local site = start(test, "damage")
    local damages = {
        function(data) return data:sub(1, #data // 2) end,
        function() return "" end,
        function(data) return ("\xff"):rep(#data) end,
        function(data) return data .. ("x"):rep(10000) end,
        function(data)
            local at = #data // 3
            return data:sub(1, at) .. string.char(data:byte(at + 1) ~ 1) .. data:sub(at + 2)
        end,
    }
    for _, damage in ipairs(damages) do
        for _, which in ipairs({ "part", "journal" }) do
            site:fresh()
            site:kill_client(half_way(site))
            for _, entry in ipairs(folder.list(site.out)) do
                if (entry.name == NAME .. ".mcdn-part") == (which == "part") then
                    local path = site.out .. "/" .. entry.name
                    folder.write(path, damage(folder.read(path)))
                end
            end
            site.proxy:gate(nil)
            site:downloads(site.file)
            site:sent_again_at_most(SIZE, "a damaged " .. which)
        end
    end
    site:stop()
end

-- A disk without enough room is said before anything is fetched.
local function check_full_disk(test)
    local site = start(test, "full")
    site.launcher = #test.paths.launcher == 0 and special.own_disk(site.out, 8)
    if not site.launcher then
        test:skip("a full disk", "no file system of our own can be made here")
        return
    end
    local code, text = site:download(NAME)
    check.equal(code, 1, "exit code")
    check.contains(text, "left on the disk: .")
    check.matches(text, "[Nn]o space", "what is said")
    check.equal(site.proxy:sent(), 0, "bytes fetched")
    -- Room for the file once, and not for half of it more.
    site.launcher = special.own_disk(site.out, SIZE // MIB * 5 // 4)
    code, text = site:download(NAME)
    check.equal(code, 0, "exit code with little more room than the file takes")
    check.contains(text, ("left on the disk: %s."):format(NAME))
    site:stop()
end

-- Two at once into one folder: one of them has the file, and nothing is spoiled.
local function check_two_clients(test)
    local site = start(test, "two-clients")
    local first = half_way(site)
    local second = site:start_client(NAME)
    check.equal(second:wait(20), 1, "exit code of the second")
    check.contains(second.log:text(), NAME, "the second says what is in its way")
    site.proxy:gate(nil)
    check.equal(first:wait(20), 0, "exit code of the first")
    site:has(site.file)
    site:stop()
end

local parts = {
    { "kills", check_kills },
    { "at rest", check_kill_at_rest },
    { "interrupt", check_interrupt },
    { "neighbours", check_neighbours },
    { "neighbours at once", check_neighbours_at_once },
    { "changed content", function(test) check_changed(test, "content", SIZE) end },
    { "changed size", function(test) check_changed(test, "size", SIZE + MIB + 1) end },
    { "unknown", check_unknown },
    { "complete", check_complete },
    { "damage", check_damage },
    { "full disk", check_full_disk },
    { "two clients", check_two_clients },
}

return function(test)
    test:run_parts(AT_ONCE, parts)
end
