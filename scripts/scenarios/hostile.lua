-- Hostile servers: whatever an index and its sources say, the client writes nothing outside its
-- output folder, ends by itself, and gives no wrong bytes a final name.

local big = require("mcdn.big")
local check = require("mcdn.check")
local downloads = require("mcdn.downloads")
local folder = require("mcdn.folder")
local special = require("mcdn.special")

local MIB = downloads.MIB
local AT_ONCE = 3 -- they wait more than they work
local NAME = "disk.img"
local SIZE = 9 * MIB

-- Names that lead out of a folder, on one system or another.
local names = {
    "../escaped.txt", "/tmp/mcdn-escaped.txt", "a/../../escaped.txt", "a//escaped.txt",
    "./escaped.txt", "..\\escaped.txt", "C:\\escaped.txt", "a/..", "..", ".", "a/./escaped.txt",
    "a/", "/", "escaped.txt\1",
}

-- Everything there is below a folder, as text; links are named and not followed.
local function tree(path, prefix)
    local lines = {}
    for _, entry in ipairs(folder.list(path)) do
        local name = (prefix or "") .. entry.name
        lines[#lines + 1] = ("%s %s %d"):format(name, entry.kind, entry.size)
        if entry.kind == "folder" then
            lines[#lines + 1] = tree(path .. "/" .. entry.name, name .. "/")
        end
    end
    return table.concat(lines, "\n")
end

-- A lying index, a source that serves whatever is asked, and an output folder in a guarded one.
local function start(test, name)
    local site = downloads.start(test, name, { index = "lua" })
    site.file = site:make_file("files", NAME, SIZE)
    site:serves_by_doors(site.file, 2, "lua")
    site.guarded = folder.make(site.net.folder .. "/guarded")
    site.out = folder.make(site.guarded .. "/out")
    return site
end

local function source(site, size, sha256)
    return ("SOURCE 127.0.0.1 %d P1 %s %s"):format(site.p1.tcp_port, size, sha256 or "-")
end

-- Named by the user, in a list, and by a pattern: neither is fetched, nor written.
local function check_names(test)
    local site = start(test, "names")
    folder.write(site.guarded .. "/beside.txt", "beside")
    local before = tree(site.guarded)
    local list = {}
    for at, name in ipairs(names) do
        site.index:answers("LOCATE " .. name, source(site, 5), "END")
        site.index:answers("GET " .. name, ("SERVER 127.0.0.1 %d P1 5"):format(site.p1.tcp_port))
        list[at] = ("FILE %s 5"):format(name)
    end
    site.p1:fault("answer:GET", { value = "OK 5\nhello" })
    site.p1:fault("answer:GET_RANGE", { value = "OK 5\nhello" })
    for _, name in ipairs(names) do
        local code = site:download("--retry-time", "1", name)
        check.truthy(code == 1 or code == 2, ("%q: exit code %d"):format(name, code))
        check.equal(tree(site.guarded), before, ("files after %q"):format(name))
    end
    list[#list + 1] = "END"
    site.index:answers("LIST_FILES", table.unpack(list))
    for _, words in ipairs({ { "--all" }, { "*" }, { "..*" }, { "*escaped*" } }) do
        site:download("--retry-time", "1", table.unpack(words))
        check.equal(tree(site.guarded), before, "files after " .. words[1])
    end
    check.equal(folder.exists("/tmp/mcdn-escaped.txt"), false)
    site:stop()
end

-- Links in the output folder that lead out of it.
local function check_links(test)
    local site = start(test, "links")
    local outside = folder.make(site.guarded .. "/outside")
    folder.write(outside .. "/victim", "victim")
    if not special.link(outside, site.out .. "/link") then
        test:skip("links", "this system makes none")
        return
    end
    local before = tree(outside)
    site.index:answers("LOCATE link/new.txt", source(site, SIZE, site.file.sha256), "END")
    site:download("--retry-time", "1", "link/new.txt")
    check.equal(tree(outside), before, "a link to a folder")
    for _, name in ipairs({ NAME, NAME .. ".mcdn-part", NAME .. ".mcdn-journal" }) do
        site.out = folder.make(("%s/out-%s"):format(site.guarded, name))
        special.link(outside .. "/victim", site.out .. "/" .. name)
        site:download("--retry-time", "1", NAME)
        check.equal(tree(outside), before, "a link called " .. name)
        check.equal(folder.read(outside .. "/victim"), "victim", "a link called " .. name)
    end
    site:stop()
end

-- Answers of an index to LOCATE that are no help.
local function lies_of_index(site)
    local good = source(site, SIZE, site.file.sha256)
    local many = {}
    for at = 1, 50000 do
        many[at] = ("SOURCE 127.0.0.1 1 S%d %d -"):format(at, SIZE)
    end
    many[#many + 1] = "END"
    return {
        { "END" },
        { "SOURCE" },
        { good }, -- without an end
        { good:gsub(" %d+ P1", " 0 P1"), "END" },
        { good:gsub(" %d+ P1", " 65536 P1"), "END" },
        { good:gsub(" P1 ", " P$1 "), "END" },
        { good .. "0", "END" },
        { good:upper(), "END" },
        { good:gsub("%x+$", "xyz"), "END" },
        { source(site, "-5"), "END" },
        { source(site, "9223372036854775807"), "END" },
        { source(site, "9223372036854775808"), "END" },
        { ("SOURCE %s 7001 P1 5 -"):format(("h"):rep(7000)), "END" },
        { ("x"):rep(60000) },
        { "\0\1\2", "END" },
        many,
    }
end

-- It ends by itself, with 0 and the file or with 1 and nothing under its name.
local function ends_well(site, what, ...)
    local code = site:download("--retry-time", "1", "--stall-timeout", "1", NAME)
    if code == 0 then
        big.check_same(site.out .. "/" .. NAME, site.file)
    else
        check.equal(code, 1, what)
        check.equal(folder.exists(site.out .. "/" .. NAME), false, what)
    end
    return ...
end

local function check_index(test)
    local site = start(test, "index")
    for at, lie in ipairs(lies_of_index(site)) do
        site:fresh()
        site.index:answers("LOCATE " .. NAME, table.unpack(lie))
        ends_well(site, ("lie %d of the index: %q"):format(at, lie[1]:sub(1, 80)))
    end
    site:stop()
end

local HASH = ("0"):rep(64)

-- Answers of a source to STAT and CHUNKS that are no help.
local lies_of_source = {
    { "CHUNKS", "CHUNKS 4194304 999999999999 disk.img\nEND" },
    { "CHUNKS", "CHUNKS 4194304 3 disk.img\nEND" },
    { "CHUNKS", "CHUNKS 4194304 3 disk.img\n" .. (HASH .. "\n"):rep(20000) },
    { "CHUNKS", "CHUNKS 4194304 3 disk.img\n" .. ("nonsense\n"):rep(3) .. "END" },
    { "CHUNKS", "CHUNKS 4194304 3 disk.img\n" .. HASH },
    { "CHUNKS", "CHUNKS 0 3 disk.img\n" .. (HASH .. "\n"):rep(3) .. "END" },
    { "CHUNKS", "CHUNKS 1 9437184 disk.img\n" .. (HASH .. "\n"):rep(3) .. "END" },
    { "CHUNKS", "CHUNKS 9223372036854775807 1 disk.img\n" .. HASH .. "\nEND" },
    { "CHUNKS", ("x"):rep(60000) },
    { "CHUNKS", "CHUNKS 4194304 3 disk.img\n" .. (HASH .. "\n"):rep(3) .. "END" },
    { "CHUNKS", "CHUNKS 4194304 3 other.img\n" .. (HASH .. "\n"):rep(3) .. "END" },
    { "STAT", "STAT 5 - 1700000000 disk.img" },
    { "STAT", "STAT 9223372036854775808 - 1700000000 disk.img" },
    { "STAT", ("STAT 9437184 %s 1700000000 disk.img"):format(HASH) },
    { "STAT", "STAT 9437184 - -1 disk.img" },
    { "STAT", "STAT 9437184 - 1700000000 other.img" },
    { "STAT", "STAT 9437184 - 9223372036854775807 disk.img" },
    { "STAT", "STAT" },
}

-- P1 lies about the file and P2 does not: the client has it, although it asks P1 first.
local function check_source(test)
    local site = start(test, "source")
    local good = source(site, SIZE, site.file.sha256)
    site.index:answers("LOCATE " .. NAME, good,
        (good:gsub(" %d+ P1", (" %d P2"):format(site.p2.tcp_port))), "END")
    for at, lie in ipairs(lies_of_source) do
        site:fresh()
        site.p1:fault("answer:" .. lie[1], { value = lie[2] })
        local code = site:download("--stall-timeout", "1", "--retry-time", "3", NAME)
        check.equal(code, 0, ("lie %d of the source: %q"):format(at, lie[2]:sub(1, 80)))
        site:has(site.file)
    end
    site:stop()
end

local parts = {
    { "names", check_names },
    { "links", check_links },
    { "index", check_index },
    { "source", check_source },
}

return function(test)
    test:run_parts(AT_ONCE, parts)
end
