-- Hashes of files and of their chunks: what STAT and CHUNKS say, when files change, and what of it
-- survives the content server.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local sha256 = require("mcdn.sha256")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local CHUNK = 4194304
local LARGE = "pool/a large file.bin"
local LARGE_SIZE = CHUNK + 1000
local HUGE_SIZE = 1 << 31
local GARBAGE_MAX = 64 * 1024 -- that may stay in the cache, when it is written anew in the middle
local CACHE = "/.mcdn/hashes"
local HASH_S = 60

local NOT_FOUND = "ERROR FILE_NOT_FOUND"
local NOT_READY = "ERROR NOT_READY"

local function start(test, name, files)
    local net = test:network(name)
    local site = standard.site(net, { index = net:index({ monitor = { tcp_port = 1 } }) })
    site.cs1_files = net:files("CS1", files)
    site.start = function()
        site.cs1 = net:content({ id = "CS1", files = site.cs1_files, index = site.index,
            monitor = { udp_port = 1 }, extra = { "--log-level", "debug" } })
        site.cs1:says("Registered with Index Server", 15)
    end
    site.start()
    return site
end

-- { size =, hash =, mtime = } of what STAT says, or nil and the answer.
local function stat(site, name)
    local answer, problem = wire.ask(site.cs1.tcp_port, "STAT " .. name)
    local size, hash, mtime, last = (answer or ""):match("^STAT (%d+) (%S+) (%d+) (.+)$")
    if not size then
        return nil, answer or problem
    end
    check.equal(last, name)
    return { size = tonumber(size), hash = hash, mtime = tonumber(mtime) }
end

-- The hashes of a file's chunks, or nil and the answer.
local function chunks(site, name)
    local connection = check.truthy(wire.connect(site.cs1.tcp_port))
    local lines, problem = connection:list("CHUNKS " .. name)
    connection:close()
    if not lines then
        return nil, problem
    end
    local size, count, last = table.remove(lines, 1):match("^CHUNKS (%d+) (%d+) (.+)$")
    check.equal(last, name)
    check.equal(tonumber(size), CHUNK)
    check.equal(tonumber(count), #lines)
    return lines
end

local function waits_for_hash(site, name, hash)
    return waiting.eventually(name .. " has the hash " .. hash, HASH_S, function()
        local now, problem = stat(site, name)
        return now and now.hash == hash and now, now and now.hash or problem
    end)
end

local function waits_for_chunks(site, name)
    return waiting.eventually("the chunks of " .. name .. " are known", HASH_S, function()
        local list, problem = chunks(site, name)
        check.truthy(list or problem == NOT_READY, problem)
        return list, problem
    end)
end

-- The hash of the large file and those of its chunks, which take their time in Lua.
local function hashes_of_large()
    local data = standard.contents(LARGE, LARGE_SIZE)
    local whole = sha256(data)
    local parts = sha256(data:sub(1, CHUNK)) .. " " .. sha256(data:sub(CHUNK + 1))
    return { whole = whole, parts = parts }
end

local FILES = { empty = "", ["one byte"] = "x", ["one.bin"] = { hole = CHUNK }, [LARGE] =
    LARGE_SIZE, [".hidden"] = "hidden" }

-- 4 MiB of zeros, and nothing.
local ZEROS = "bb9f8df61474d25e71fa00722318cd387396ca1736605e1248821cc0de3d3af8"
local NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

-- The index was told, too.
local function index_knows(site, name, hash)
    local pattern = ("^STAT %%d+ %s 1 "):format(hash)
    waiting.eventually("the index knows the hash of " .. name, 10, function()
        local answer = wire.ask(site.index.tcp_port, "STAT " .. name) or ""
        return answer:find(pattern), answer
    end)
end

local function check_answers(site)
    waits_for_hash(site, LARGE, site.large.whole)
    check.equal(table.concat(waits_for_chunks(site, LARGE), " "), site.large.parts)
    waits_for_hash(site, "one.bin", ZEROS)
    check.equal(table.concat(chunks(site, "one.bin"), " "), ZEROS)
    check.equal(table.concat(waits_for_chunks(site, "one byte"), " "), sha256("x"))
    waits_for_hash(site, "empty", NOTHING)
    check.equal(#chunks(site, "empty"), 0)
    local now = check.truthy(stat(site, "one byte"))
    check.equal(now.size, 1)
    check.at_most(math.abs(os.time() - now.mtime), 600, "seconds since the file was written")
    site.cs1:says("Hashed %d+ files %(%d+ bytes%)", HASH_S)
    index_knows(site, LARGE, site.large.whole)
    index_knows(site, "one byte", sha256("x"))
    index_knows(site, "empty", NOTHING)
end

local function check_errors(site)
    local connection = check.truthy(wire.connect(site.cs1.tcp_port))
    for _, verb in ipairs({ "STAT", "CHUNKS" }) do
        for _, name in ipairs({ "nothing", "pool", ".hidden", ".mcdn/hashes", "../CS1/empty",
            "/etc/passwd", "one byte/x", ("n"):rep(1025) }) do
            check.equal(connection:ask(verb .. " " .. name), NOT_FOUND, verb .. " " .. name)
        end
        check.equal(connection:ask(verb), "ERROR INVALID_FORMAT")
    end
    check.equal(connection:ask("GET .mcdn/hashes"), NOT_FOUND)
    connection:close()
end

-- Starts it again: nothing is hashed a second time, and all is known.
local function check_restart(site, ending)
    waiting.eventually("four files are hashed", 10, function()
        local count = site.cs1.log:count("Hashed file: ")
        return count >= 4, count
    end)
    check.equal(site.cs1.log:count("Hashed file: "), 4, "files hashed until the restart")
    ending(site.cs1)
    site.start()
    site.cs1:says("Hashes of 4 files are known from before", 10)
    check.equal(table.concat(chunks(site, LARGE), " "), site.large.parts)
    check.equal(stat(site, "empty").hash, NOTHING)
    check.equal(site.cs1.log:count("Hashed"), 0, "files hashed after the restart")
    index_knows(site, LARGE, site.large.whole)
end

local function check_restarts(site)
    check_restart(site, site.cs1.kill)
    folder.append(site.cs1_files .. CACHE, "\1\0\0\0\1") -- a record that was cut off
    site.cs1:kill()
    site.start()
    site.cs1:says("Hashes of 4 files are known from before", 10)
    check.equal(site.cs1.log:count("is damaged"), 0)
    site.cs1:stop()
    folder.write(site.cs1_files .. "/one byte", "y") -- while it is down
    site.start()
    waits_for_hash(site, "one byte", sha256("y"))
    site.cs1:says("Hashes of 3 files are known from before", 10)
    site.cs1:says("Hashed 1 files %(1 bytes%)", 10)
end

-- A hash is never told of contents that it does not belong to.
local function check_changes(site)
    local path = site.cs1_files .. "/one byte"
    folder.write(path, "other")
    waiting.eventually("the new contents are hashed", HASH_S, function()
        local now = check.truthy(stat(site, "one byte"))
        if now.size == 5 then
            check.truthy(now.hash == "-" or now.hash == sha256("other"), now.hash)
        end
        return now.hash == sha256("other"), now.hash
    end)
    folder.write(site.cs1_files .. "/.new", "OTHER") -- another file of the same size
    folder.replace(site.cs1_files .. "/.new", path)
    check.equal(stat(site, "one byte").hash, "-")
    check.equal(select(2, chunks(site, "one byte")), NOT_READY)
    waits_for_hash(site, "one byte", sha256("OTHER"))
    os.remove(path)
    check.equal(select(2, chunks(site, "one byte")), NOT_FOUND)
end

-- What is in the place of the cache may be anything, and nothing but a warning comes of it.
local function check_damage(site)
    site.cs1:stop()
    folder.write(site.cs1_files .. CACHE, ("somebody's notes\n"):rep(1000))
    site.start()
    site.cs1:says("Warning: .*hashes is damaged", 10)
    waits_for_hash(site, LARGE, site.large.whole)
    waits_for_chunks(site, "one.bin")
    waits_for_hash(site, "empty", NOTHING)
    site.cs1:stop()
    site.start()
    site.cs1:says("Hashes of 3 files are known from before", 10)
    check.equal(site.cs1.log:count("damaged"), 0)
    site.cs1:stop()
    folder.remove(site.cs1_files .. "/.mcdn")
    folder.write(site.cs1_files .. "/.mcdn", "no folder")
    site.start()
    waits_for_chunks(site, LARGE)
    check.equal(site.cs1.log:count("Warning: Cannot keep hashes in "), 1)
end

-- While a long file is hashed, one that is asked for is hashed first; and a file that grows
-- meanwhile is hashed as it is then.
local function check_order(test)
    local site = start(test, "order", { ["old.txt"] = "old" })
    waits_for_hash(site, "old.txt", sha256("old"))
    site.cs1:stop()
    folder.remove(site.cs1_files .. "/.mcdn")
    folder.write_hole(site.cs1_files .. "/huge.bin", HUGE_SIZE)
    site.start()
    waiting.eventually("the huge file is listed", 10, function()
        return standard.have_files(site.index.tcp_port, { ["huge.bin"] = HUGE_SIZE })
    end)
    waits_for_chunks(site, "old.txt")
    check.equal(select(2, chunks(site, "huge.bin")), NOT_READY)
    folder.append(site.cs1_files .. "/huge.bin", "tail")
    local list = waits_for_chunks(site, "huge.bin")
    check.equal(#list, HUGE_SIZE // CHUNK + 1)
    check.equal(list[1], ZEROS)
    check.equal(list[#list], sha256("tail"))
    site.cs1:says("Hashed file: huge", 10) -- the log is written behind the answers
    check.equal(site.cs1.log:count("Hashed file: huge"), 1)
    check.in_order(site.cs1.log:text(), { "Hashed file: old", "Hashed file: huge" })
    site.net:stop()
end

-- What is kept of files that are gone does not stay for ever.
local function check_compaction(test)
    local files = { [LARGE] = { hole = LARGE_SIZE } }
    for number = 1, 400 do
        files[("many/%s-%03d"):format(("long"):rep(50), number)] = tostring(number)
    end
    local site = start(test, "compaction", files)
    site.cs1:says("Hashed %d+ files", HASH_S)
    waits_for_chunks(site, LARGE)
    local before = #folder.read(site.cs1_files .. CACHE)
    check.at_least(before, 400 * 200)
    folder.remove(site.cs1_files .. "/many")
    waiting.eventually("the cache is written anew", 20, function()
        local size = #(folder.read(site.cs1_files .. CACHE) or "")
        return size > 0 and size < GARBAGE_MAX, size
    end)
    check.equal(#chunks(site, LARGE), 2)
    site.cs1:kill()
    site.start()
    site.cs1:says("Hashes of 1 files are known from before", 10)
    check.equal(#chunks(site, LARGE), 2)
    site.net:stop()
end

-- The folder goes away and comes back, with its cache.
local function check_moved_folder(test)
    local site = start(test, "moved", { ["a.txt"] = "a", ["b.txt"] = "b" })
    waits_for_hash(site, "a.txt", sha256("a"))
    waits_for_hash(site, "b.txt", sha256("b"))
    local away = site.net.folder .. "/away"
    if not os.rename(site.cs1_files, away) then
        test:skip("a folder that is moved away", "this system keeps it in its place")
        return
    end
    site.cs1:says("serving nothing until it is back", 10)
    check.truthy(os.rename(away, site.cs1_files))
    site.cs1:says("Hashes of 2 files are known from before", 20)
    waits_for_hash(site, "a.txt", sha256("a"))
    check.equal(site.cs1.log:count("Hashed file: "), 2)
    site.net:stop()
end

return function(test)
    local site = start(test, "answers", FILES)
    site.large = hashes_of_large()
    check_answers(site)
    check_errors(site)
    check_restarts(site)
    check_changes(site)
    check_damage(site)
    site.net:stop()
    check_order(test)
    check_compaction(test)
    check_moved_folder(test)
end
