-- Base interoperability: each of our programs takes its place among the original's, in all sixteen
-- mixes.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local AT_ONCE = 4
local MANY = 400

local SPACED = "a name with spaces.txt"

local function many_name(number)
    return ("package-%03d-with-a-name-that-is-rather-long.tar"):format(number)
end

-- Several times what one read of the base index takes.
local function many_files()
    local files = { [SPACED] = 1234 }
    for number = 1, MANY do
        files[many_name(number)] = 7 * number
    end
    return files
end

-- Every file that the index should know, and no broken line's name beside them.
local function check_catalogue(site)
    local wanted = standard.files_of_cs1()
    for name, size in pairs(standard.files_of_cs2()) do
        wanted[name] = size
    end
    if site.kinds.content == "ours" then
        for name, size in pairs(many_files()) do
            wanted[name] = size
        end
        if site.kinds.index == "base" then
            wanted[SPACED] = nil
        end
    end
    local files = waiting.eventually("the index lists all files", 15, function()
        return standard.have_files(site.index.tcp_port, wanted)
    end)
    for name in pairs(files) do
        check.truthy(wanted[name], "a file that nobody has: " .. name)
    end
end

-- A base index breaks the session off at a name with a space; the rest is registered all the same,
-- and the log says so.
local function check_spaced_name(site)
    local kinds = site.kinds
    if kinds.content == "ours" and kinds.index == "base" then
        site.cs1:says("spaces.*without them", 5)
    elseif kinds.content == "ours" and kinds.client == "ours" then
        site:downloads(SPACED, 1234)
    end
end

local function check_listings(site)
    local code, text = site:client("--list")
    check.equal(code, 0)
    check.in_order(text, { "\nAvailable files:\n", ("-"):rep(40) .. "\n", ("-"):rep(40) })
    check.contains(text, "\n  shared_document.txt (600 bytes)\n")
    check.contains(text, "\n  large_file.bin (256000 bytes)\n")
    code, text = site:client("--servers")
    check.equal(code, 0)
    check.in_order(text, { "\nRegistered servers:\n", ("-"):rep(60) .. "\n", ("-"):rep(60) })
    check.contains(text, (":%d (load="):format(site.cs2.tcp_port))
end

local function check_downloads(site)
    site:downloads("shared_document.txt", 600)
    site:downloads("large_file.bin", 256000)
    site:downloads("sample_cs2.txt", 500)
    site:fails_to_download("nothing.txt")
end

-- Our content server keeps its registration up to date, at a base index too.
local function check_kept_registration(site)
    if site.kinds.content == "base" then
        return
    end
    folder.write(site.cs2_files .. "/late.txt", "late")
    waiting.eventually("a file that came later is listed", 5, function()
        return standard.have_files(site.index.tcp_port, { ["late.txt"] = 4 })
    end)
    os.remove(site.cs2_files .. "/late.txt")
    site.index:kill()
    site.index = site.net:restart(site.index)
    site:settles(20)
end

local function check_death(site)
    site.cs1:kill()
    site:waits_until("CS1", "dead")
    for _ = 1, 10 do
        local place, answer = wire.locate(site.index.tcp_port, "shared_document.txt")
        check.equal(place and place.id, "CS2", "nobody is sent to CS1; the answer was "
            .. tostring(answer))
    end
    local _, answer = wire.locate(site.index.tcp_port, "sample_cs1.txt")
    check.equal(answer, "ERROR FILE_NOT_FOUND")
    site:downloads("shared_document.txt", 600)
    site:fails_to_download("sample_cs1.txt")
end

-- The base programs' own complaints about their peers.
local function check_logs(site)
    for _, program in ipairs(site.net.programs) do
        if program.settings and program.settings.kind == "base" then
            local text = program.log:text()
            check.lacks(text, "first bytes", program.name .. " waited for a silent connection")
            check.lacks(text, "Could not notify", program.name)
            check.lacks(text, "Bad heartbeat", program.name)
            check.lacks(text, "traceback", program.name)
        end
    end
end

local function run_mix(test, name, kinds)
    local net = test:network(name)
    local more = kinds.content == "ours" and many_files() or {}
    local site = standard.start(net, { kinds = kinds, cs1 = more })
    site:settles()
    check_catalogue(site)
    check_spaced_name(site)
    check_listings(site)
    check_downloads(site)
    check_kept_registration(site)
    check_death(site)
    check_logs(site)
    net:stop()
end

-- Number 0 to 15: one bit says ours or base for each role.
local function mix(number)
    local kinds, words = {}, {}
    for at, role in ipairs({ "monitor", "index", "content", "client" }) do
        kinds[role] = (number >> (at - 1)) & 1 == 0 and "ours" or "base"
        words[at] = role .. "-" .. kinds[role]
    end
    return table.concat(words, "-"), kinds
end

return function(test)
    local jobs = {}
    for number = 0, 15 do
        local name, kinds = mix(number)
        if test:wants(name) then
            jobs[#jobs + 1] = { name = name, run = function() run_mix(test, name, kinds) end }
        end
    end
    waiting.parallel(AT_ONCE, jobs)
end
