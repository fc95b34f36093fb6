-- Several sources at once: each has its share, two different files are never mixed, and peers that
-- speak only the base protocol help as well as they can.

local check = require("mcdn.check")
local downloads = require("mcdn.downloads")
local folder = require("mcdn.folder")
local process = require("process")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local MIB = downloads.MIB
local CHUNK = downloads.CHUNK
local UNREAD = MIB -- what may be under way when an idle connection takes over a piece's rest
local AT_ONCE = 3 -- they wait more than they work
local NAME = "disk.img"
local HALF = 6 * MIB
local SIZE = 2 * HALF

-- The summary's shares, in percent, by the sources' ids.
local function shares(text)
    local list = {}
    for id, percent in text:match("Summary: [^\n]*"):gmatch("(P%d) (%d+)%%") do
        list[id] = tonumber(percent)
    end
    return list
end

-- The faster ones give more, all of them something, and what is said of it is true.
local function check_shares(test)
    local site = downloads.start(test, "shares")
    local file = site:make_file("files", NAME, 48 * MIB)
    site:serves_by_doors(file, 3)
    site.p1:rate(6 * MIB)
    site.p2:rate(12 * MIB)
    site.p3:rate(30 * MIB)
    local said = shares(site:downloads(file))
    for id, door in pairs({ P1 = site.p1, P2 = site.p2, P3 = site.p3 }) do
        local sent = door:sent() * 100 / file.size
        check.at_least(sent, 1, "percent from " .. id)
        check.at_most(math.abs(sent - (said[id] or 0)), 3, "the summary's error about " .. id)
    end
    check.at_least(site.p2:sent(), site.p1:sent(), "the faster one's share")
    check.at_least(site.p3:sent(), site.p2:sent(), "the fastest one's share")
    site:sent_again_at_most(UNREAD)
    site:stop()
end

-- Sizes at the edges of pieces.
local function check_sizes(test)
    for _, size in ipairs({ 0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1 }) do
        local site = downloads.start(test, "size-" .. size, { index = "lua" })
        local file = site:make_file("files", NAME, size)
        site:serves_by_doors(file, 2, "lua")
        site:downloads(file)
        -- From two chunks on there are connections that may take over from each other.
        site:sent_again_at_most(size < 2 * CHUNK and 0 or UNREAD, size .. " bytes")
        check.at_least(site.proxy:sent(), size)
        site:stop()
    end
end

-- A limit holds for all connections together.
local function check_limit(test)
    local site = downloads.start(test, "limit", { index = "lua" })
    local file = site:make_file("files", NAME, SIZE)
    site:serves_by_doors(file, 2, "lua")
    local began = process.now_ms()
    site:downloads(file, "--limit-rate", "6M")
    check.at_least(process.now_ms() - began, SIZE / (6 * MIB) * 1000 * 0.8, "milliseconds")
    site:stop()
end

-- The file becomes another one of the same size in the middle of the download; so large that not
-- all of the first one is on its way by then, with which the client would be right to be content.
local function check_replaced(test)
    local size = 48 * MIB
    local site = downloads.start(test, "replaced")
    local one = site:make_file("files", NAME, size, "one")
    local other = site:make_file("other", NAME, size, "other")
    site:serves_by_doors(one, 2)
    site.proxy:gate(HALF)
    local client = site:start_client("--stall-timeout", "30", NAME)
    site.proxy:waits_for(HALF)
    folder.write(site.net.folder .. "/new", folder.read(other.path))
    folder.replace(site.net.folder .. "/new", one.path)
    waiting.eventually("the new file's hash", 20, function()
        local stat = wire.ask(site.upstream.tcp_port, "STAT " .. NAME)
        return stat and stat:find(other.sha256, 1, true), stat
    end)
    for _, door in ipairs({ site.p1, site.p2 }) do
        door:file(NAME, size, other.sha256)
        door:renews()
    end
    site.proxy:gate(nil)
    check.equal(client:wait(30), 0, "exit code")
    site:has(other)
    site:stop()
end

-- Below 8 MiB more connections bring nothing.
local function check_small(test)
    local site = downloads.start(test, "small")
    local file = site:make_file("files", NAME, 8 * MIB - 1)
    site:serves_by_doors(file, 3)
    site:downloads(file)
    local giving = 0
    for _, door in ipairs(site.proxy.doors) do
        giving = giving + (door:sent() > 0 and 1 or 0)
    end
    check.equal(giving, 1, "sources of a small file")
    check.equal(site.proxy:sent(), file.size)
    site:stop()
end

-- The output is one of these files from its first byte to its last; returns which.
local function check_is_one_of(site, ...)
    local data = folder.read(site.out .. "/" .. NAME)
    for _, file in ipairs({ ... }) do
        if data == folder.read(file.path) then
            return file
        end
    end
    check.truthy(false, "the file is one of those that were served")
end

-- Two files of one name and size. Nobody knows a hash, so they may be the same for all that the
-- index knows; P1 breaks off in the middle.
local function check_unknown_hashes(test, kind)
    local site = downloads.start(test, "unknown-" .. kind)
    local one = site:make_file("one", NAME, SIZE, "one")
    local other = site:make_file("other", NAME, SIZE, "other")
    local p1 = site:door("P1", site:serves(one, kind), one, false)
    local p2 = site:door("P2", site:serves(other, kind), other, false)
    for _ = 1, 2 do
        site:fresh()
        p1:fault("close", { after = HALF, times = 3 })
        local code = site:download("--retry-time", "2", NAME)
        check.equal(code, 0, "exit code")
        check_is_one_of(site, one, other)
        -- And the other way round, whoever was asked first.
        site:fresh()
        p2:fault("close", { after = HALF, times = 3 })
        code = site:download("--retry-time", "2", NAME)
        check.equal(code, 0, "exit code")
        check_is_one_of(site, one, other)
    end
    site:stop()
end

-- The index knows which file it speaks of; a source has another one by now.
local function check_other_version(test, name, other_size)
    local site = downloads.start(test, "version-" .. name)
    local one = site:make_file("one", NAME, SIZE, "one")
    local other = site:make_file("other", NAME, other_size, "other")
    local p1 = site:door("P1", site:serves(one), one)
    site:door("P2", site:serves(other), one)
    p1:rate(20 * MIB)
    site:downloads(one)
    site:stop()
end

-- An index that names sources of two versions in one answer.
local function check_mixing_index(test)
    local site = downloads.start(test, "mixing", { index = "lua" })
    local one = site:make_file("one", NAME, SIZE, "one")
    local other = site:make_file("other", NAME, SIZE, "other")
    local longer = site:make_file("longer", NAME, SIZE + 1, "other")
    local lines = {}
    for at, file in ipairs({ one, other, longer }) do
        local door = site:door("P" .. at, site:serves(file, "lua"), file)
        lines[at] = ("SOURCE 127.0.0.1 %d P%d %d %s"):format(door.tcp_port, at, file.size,
            file.sha256)
    end
    lines[#lines + 1] = "END"
    site.index:answers("LOCATE " .. NAME, table.unpack(lines))
    check.equal(site:download(NAME), 0, "exit code")
    check_is_one_of(site, one, other, longer)
    site:stop()
end

-- The kinds of the index and of the content server; the first source breaks off in the middle.
local function check_mix(test, index_kind, content_kind)
    local site = downloads.start(test, index_kind .. "-" .. content_kind, { index = index_kind })
    local file = site:make_file("files", NAME, SIZE)
    site:serves_by_doors(file, 2, content_kind)
    local is_base = content_kind == "base" -- whole files, from one at a time
    site:downloads(file)
    site:sent_again_at_most(is_base and 0 or UNREAD)
    for _, door in ipairs({ site.p1, site.p2 }) do
        site:fresh()
        door:fault("close", { after = HALF, times = 1 })
        local text = site:downloads(file)
        site:sent_again_at_most(is_base and HALF or UNREAD)
        check.contains(text, "Downloading: 100.0%")
    end
    site:stop()
end

-- A base content server beside one of ours: both give, and every byte is verified.
local function check_base_beside_ours(test)
    local site = downloads.start(test, "beside")
    local file = site:make_file("files", NAME, SIZE)
    local base = site:door("P1", site:serves(file, "base"), file, false)
    local ours = site:door("P2", site:serves(file), file)
    ours:rate(20 * MIB)
    site:downloads(file)
    site:sent_again_at_most(SIZE)
    site:fresh()
    ours:refuse()
    site:downloads(file)
    check.equal(base:sent(), SIZE, "bytes of the base server")
    site:fresh()
    base:fault("corrupt", { value = 4711 })
    ours:open()
    ours:rate(20 * MIB)
    site:downloads(file)
    site:stop()
end

-- With no hash anywhere the summary says that only the size was checked.
local function check_said(test)
    local site = downloads.start(test, "said", { index = "base" })
    local file = site:make_file("files", NAME, MIB)
    site:serves_by_doors(file, 1, "base")
    check.matches(site:downloads(file), "size", "the summary says what was checked")
    site:stop()
    site = downloads.start(test, "said-hash", { index = "lua" })
    file = site:make_file("files", NAME, MIB)
    site:serves_by_doors(file, 1, "lua")
    check.matches(site:downloads(file), "SHA%-256", "the summary says what was checked")
    site:stop()
end

local parts = {
    { "shares", check_shares },
    { "small", check_small },
    { "sizes", check_sizes },
    { "limit", check_limit },
    { "replaced", check_replaced },
    { "unknown hashes, base", function(test) check_unknown_hashes(test, "base") end },
    { "unknown hashes, ours", function(test) check_unknown_hashes(test, "ours") end },
    { "other content", function(test) check_other_version(test, "content", SIZE) end },
    { "other size", function(test) check_other_version(test, "size", SIZE + 5) end },
    { "mixing index", check_mixing_index },
    { "base beside ours", check_base_beside_ours },
    { "said", check_said },
}

for _, index_kind in ipairs({ "ours", "lua", "base" }) do
    for _, content_kind in ipairs({ "ours", "lua", "base" }) do
        parts[#parts + 1] = { index_kind .. " and " .. content_kind, function(test)
            check_mix(test, index_kind, content_kind)
        end }
    end
end

return function(test)
    test:run_parts(AT_ONCE, parts)
end
