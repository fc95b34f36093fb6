-- Mixed systems: the programs of two builds in one network, so Windows programs with native ones.
-- Every mix of the four roles lists, delivers, notices what changes, and dies and heals.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local AT_ONCE = 3
local BIG = 3000000
local FOREIGN = "gr\xc3\xbc\xc3\x9fe/\xe6\x96\x87 1.txt"

local function check_listings(site)
    local code, text = site:client("--list")
    check.equal(code, 0)
    check.contains(text, ("  big.bin (%d bytes)"):format(BIG))
    check.contains(text, "  shared_document.txt (600 bytes)")
    code, text = site:client("--servers")
    check.equal(code, 0)
    check.contains(text, ("CS1: 127.0.0.1:%d (load="):format(site.cs1.tcp_port))
end

local function check_downloads(site)
    site:downloads("sample_cs1.txt", 500)
    site:downloads("shared_document.txt", 600)
    site:downloads("big.bin", BIG)
    site:fails_to_download("nothing.txt")
    local code, _, out = site:client(FOREIGN)
    check.equal(code, 0, "exit code of a download of " .. FOREIGN)
    check.same_bytes(folder.read(out .. "/" .. FOREIGN), standard.contents(FOREIGN, 70), FOREIGN)
end

local function check_change(site)
    folder.write(site.cs2_files .. "/late.txt", "late")
    waiting.eventually("a file that came later is listed", 5, function()
        return standard.have_files(site.index.tcp_port, { ["late.txt"] = 4 })
    end)
end

local function check_death_and_return(site)
    site.cs1:kill()
    site:waits_until("CS1", "dead")
    check.equal(wire.ask(site.index.tcp_port, "GET sample_cs1.txt"), "ERROR FILE_NOT_FOUND")
    site:downloads("shared_document.txt", 600)
    site.cs1 = site.net:restart(site.cs1)
    site:settles()
    site:downloads("sample_cs1.txt", 500)
end

local function check_index_return(site)
    check.equal(site.index:stop(), 0, "the index's exit code")
    site.index = site.net:restart(site.index)
    site:settles(20)
    site:downloads("sample_cs2.txt", 500)
end

local function run_mix(test, name, kinds)
    local net = test:network(name)
    local site = standard.start(net, { kinds = kinds,
        cs1 = { ["big.bin"] = BIG, [FOREIGN] = 70 } })
    site:settles()
    check_listings(site)
    check_downloads(site)
    check_change(site)
    check_death_and_return(site)
    check_index_return(site)
    net:stop()
end

-- Number 1 to 14: one bit says ours or other for each role; those with only one kind are no mixes.
local function mix(number)
    local kinds, words = {}, {}
    for at, role in ipairs({ "monitor", "index", "content", "client" }) do
        kinds[role] = (number >> (at - 1)) & 1 == 0 and "ours" or "other"
        words[at] = role .. "-" .. kinds[role]
    end
    return table.concat(words, "-"), kinds
end

return function(test)
    if not test.paths.other_bin then
        test:skip("everything", "there is no other build; --other names one")
        return
    end
    local jobs = {}
    for number = 1, 14 do
        local name, kinds = mix(number)
        if test:wants(name) then
            jobs[#jobs + 1] = { name = name, run = function() run_mix(test, name, kinds) end }
        end
    end
    waiting.parallel(AT_ONCE, jobs)
end
