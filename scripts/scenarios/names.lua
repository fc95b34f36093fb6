-- Names: what Windows cannot hold is refused there and is fine elsewhere; names that differ only in
-- upper and lower case are two files, or the second one is refused.

local check = require("mcdn.check")
local fake_content = require("mcdn.fake_content")
local folder = require("mcdn.folder")
local paths = require("mcdn.paths")
local socket = require("socket")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local BAD_NAME = "a name that this system cannot hold"
local OTHER_CASE = "differs only in upper and lower case"

-- Devices, streams of files, patterns, quotes, and final dots and spaces, which Windows would drop.
local ODD = { "CON", "con.txt", "nul", "COM1.log", "sub/aux.h", "CONIN$", "a:b", "a::$DATA",
    "new:stream.txt", "sub/q?.txt", "st*r", "pi|pe", "<angle>", '"quote"', "tail.", "tail...",
    "sub/tail.", "dots./x.txt", "space /x.txt" }

local function contents(name)
    return "the contents of " .. name
end

-- An index without a monitor, and a content server that the scenario plays.
local function start(test, name, names)
    local net = test:network(name)
    local site = standard.site(net, { index = net:index({ monitor = { tcp_port = 1 } }) })
    local sizes = {}
    for _, one in ipairs(names) do
        sizes[one] = #contents(one)
    end
    site.fake = fake_content.start(site.index.tcp_port, "F1", sizes)
    site.out = folder.make(net.folder .. "/out")
    return site
end

local function finish(site)
    site.fake:close()
    site.net:stop()
end

-- Runs a client and serves what it asks for: its exit code, its output and the names it asked for.
local function get(site, ...)
    local client = site.net:start_client({ index = site.index },
        { "--output-dir", site.out, ... })
    local asked = {}
    local code = waiting.eventually("the client ends", 40, function()
        if socket.select({ site.fake.listener }, nil, 0)[1] then
            local _, connection, request = fake_content.accept_any({ site.fake })
            local name = request:match("^GET (.*)$")
            asked[#asked + 1] = name
            connection:send(("OK %d\n%s"):format(#contents(name), contents(name)))
            connection:close()
        end
        return client:exit_code()
    end)
    return code, client.log:text(), asked
end

-- Nothing is written, neither under the name nor elsewhere, and nothing is fetched for it.
local function check_refused(site)
    local before = folder.names(site.net.folder)
    for _, name in ipairs(ODD) do
        local code, text, asked = get(site, name)
        check.equal(code, 1, "exit code of a download of " .. name)
        check.contains(text, ("mcdn: cannot write %s/%s: %s"):format(site.out, name, BAD_NAME))
        check.equal(#asked, 0, "requests for " .. name)
        check.equal(folder.names(site.out), "", "files in the output folder after " .. name)
    end
    check.equal(folder.names(site.net.folder):gsub("%d%d%-client%.log, ", ""),
        before:gsub("%d%d%-client%.log, ", ""), "what lies beside the output folder")
end

local function check_taken(site)
    check.equal(get(site, table.unpack(ODD)), 0, "exit code")
    for _, name in ipairs(ODD) do
        check.equal(folder.read(site.out .. "/" .. name), contents(name), name)
    end
end

local function check_odd_downloads(test)
    local site = start(test, "odd", ODD)
    if paths.for_windows(test.paths) then
        check_refused(site)
    else
        check_taken(site)
    end
    finish(site)
end

-- Whether a folder takes names that differ only in case for one.
local function ignores_case(where)
    folder.write(where .. "/case", "x")
    local ignores = folder.exists(where .. "/CASE")
    os.remove(where .. "/case")
    return ignores
end

local CASES = { "Readme.txt", "README.TXT", "Sub/one.txt", "sub/two.txt" }

-- The first stays as it is; the second is refused before anything is fetched for it.
local function check_second_refused(site)
    for at = 1, #CASES, 2 do
        local first, second = CASES[at], CASES[at + 1]
        check.equal(get(site, first), 0, "exit code of a download of " .. first)
        local listed = folder.names(site.out)
        local code, text, asked = get(site, second)
        check.equal(code, 1, "exit code of a download of " .. second)
        check.contains(text, ("mcdn: cannot write %s/%s: "):format(site.out, second))
        check.contains(text, OTHER_CASE)
        check.equal(#asked, 0, "requests for " .. second)
        check.equal(folder.names(site.out), listed)
        check.equal(folder.read(site.out .. "/" .. first), contents(first), first)
        check.equal(get(site, first), 0, "exit code of a second download of " .. first)
    end
end

local function check_case_downloads(test)
    local site = start(test, "case", CASES)
    if paths.for_windows(test.paths) then
        check_second_refused(site)
    elseif ignores_case(site.out) then
        test:skip("names in two cases", "this file system ignores case, and only the Windows "
            .. "programs look after that")
    else
        check.equal(get(site, table.unpack(CASES)), 0, "exit code")
        for _, name in ipairs(CASES) do
            check.equal(folder.read(site.out .. "/" .. name), contents(name), name)
        end
    end
    finish(site)
end

-- A content server serves a file by its very name alone.
local function check_served_case(test)
    local site = standard.start(test:network("served"), { cs1 = { ["Sub/Mixed.txt"] = 90 } })
    site:settles()
    if not paths.for_windows(test.paths) and ignores_case(site.net.folder) then
        test:skip("requests in another case", "this file system ignores case, and only the "
            .. "Windows programs look after that")
        return
    end
    for _, name in ipairs({ "SAMPLE_CS1.TXT", "sub/Mixed.txt", "Sub/mixed.txt", "SUB/MIXED.TXT",
        "Sub/MIXED.TXT" }) do
        check.equal(wire.ask(site.cs1.tcp_port, "GET " .. name), "ERROR FILE_NOT_FOUND", name)
    end
    check.same_bytes(wire.fetch(site.cs1.tcp_port, "Sub/Mixed.txt"),
        standard.contents("Sub/Mixed.txt", 90), "Sub/Mixed.txt")
    site.net:stop()
end

-- Files of names that Windows programs cannot open, put there by another system: they are served,
-- or refused with a word in the log, and nobody is sent there for them.
local function check_odd_files(test)
    if package.config:sub(1, 1) == "\\" then
        test:skip("files of odd names", "nobody can make them on this system")
        return
    end
    local files = {}
    for _, name in ipairs(ODD) do
        files[name] = contents(name)
    end
    local site = standard.start(test:network("files"), { cs1 = files })
    site:settles()
    for _, name in ipairs(ODD) do
        local answer = wire.ask(site.index.tcp_port, "GET " .. name)
        if paths.for_windows(test.paths) then
            check.equal(answer, "ERROR FILE_NOT_FOUND", name)
            check.equal(wire.ask(site.cs1.tcp_port, "GET " .. name), "ERROR FILE_NOT_FOUND", name)
        else
            check.matches(answer, "^SERVER .* CS1 ", name)
            check.equal(wire.fetch(site.cs1.tcp_port, name), contents(name), name)
        end
    end
    if paths.for_windows(test.paths) then
        site.cs1:says("Not served, its name breaks the rules: CON$", 5)
    end
    site.net:stop()
end

local parts = {
    { "odd downloads", check_odd_downloads },
    { "case of downloads", check_case_downloads },
    { "case of requests", check_served_case },
    { "odd files", check_odd_files },
}

return function(test)
    for _, part in ipairs(parts) do
        if test:wants(part[1]) then
            part[2](test)
        end
    end
end
