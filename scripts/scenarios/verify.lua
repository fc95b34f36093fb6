-- Local files compared with the network's: by SHA-256 where a server knows it, by size where none
-- does.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local paths = require("mcdn.paths")
local special = require("mcdn.special")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")

local BY_HASH = "(600 bytes, SHA-256)"
local BY_SIZE = "(600 bytes, size only: no server knows a SHA-256)"
local SHARED = "shared_document.txt"

-- The client's words about local files that lie in `out`: exit code and output.
local function verify(site, out, ...)
    return site.net:client({ kind = site.kinds.client, index = site.index },
        table.pack("--output-dir", out, "--verify", ...))
end

local function expect(site, out, name, status, why)
    local code, text = verify(site, out, name)
    check.equal(text:gsub("\r", ""), ("%s/%s: %s %s\n"):format(out, name, status, why))
    check.equal(code, status == "OK" and 0 or 1, name .. ": exit code")
end

local function local_files(site)
    local out = folder.make(site.net.folder .. "/local")
    folder.make(out .. "/pool")
    folder.write(out .. "/" .. SHARED, standard.contents(SHARED, 600))
    folder.write(out .. "/pool/empty", "")
    folder.write(out .. "/sample_cs1.txt", standard.contents("something else", 500))
    folder.write(out .. "/sample_cs2.txt", standard.contents("sample_cs2.txt", 499))
    folder.write(out .. "/strange.txt", "not on the network")
    return out
end

local function hashes_are_known(site, out)
    for _, name in ipairs({ SHARED, "sample_cs1.txt", "pool/empty" }) do
        waiting.eventually("a hash of " .. name .. " is known", 30, function()
            local _, text = verify(site, out, name)
            return text:find("SHA%-256%)") or text:find("its SHA%-256"), text
        end)
    end
end

local function check_link(test, site, out)
    if paths.for_windows(test.paths) then
        test:skip("a link", "Wine takes a link of the system below for what it leads to; Windows "
            .. "tells a link, but no Lua makes one there")
        return
    elseif not special.link(out .. "/" .. SHARED, out .. "/link.txt") then
        test:skip("a link", "this system makes none")
        return
    end
    folder.write(site.cs1_files .. "/link.txt", standard.contents(SHARED, 600))
    site:waits_for_place("the index knows it", "link.txt", function(place) return place end)
    local code, text = verify(site, out, "link.txt")
    check.equal(code, 1)
    check.contains(text, "link.txt: CANNOT READ (")
end

local function check_statuses(site, out)
    expect(site, out, SHARED, "OK", BY_HASH)
    expect(site, out, "pool/empty", "OK", "(0 bytes, SHA-256)")
    expect(site, out, "sample_cs1.txt", "DIFFERS",
        "(its SHA-256 is another one than on the network)")
    expect(site, out, "sample_cs2.txt", "DIFFERS", "(499 bytes here, 500 on the network)")
    expect(site, out, "strange.txt", "UNKNOWN", "(the network does not have it)")
    expect(site, out, "large_file.bin", "MISSING", "(not found)")
end

-- Several at once, patterns, all, and local paths instead of names.
local function check_ways_to_name(site, out)
    local code, text = verify(site, out, SHARED, "sample*")
    check.equal(code, 1, "one that differs is a failure")
    check.in_order(text, { SHARED .. ": OK", "sample_cs1.txt: DIFFERS", "sample_cs2.txt: DIFFERS" })
    code, text = verify(site, out, "--all")
    check.equal(code, 1)
    check.in_order(text, { "large_file.bin: MISSING", "pool/empty: OK", SHARED .. ": OK" })
    code, text = verify(site, out, out .. "/" .. SHARED)
    check.equal(code, 0, text)
    check.contains(text, out .. "/" .. SHARED .. ": OK " .. BY_HASH)
    code, text = verify(site, out, "--output", out .. "/sample_cs1.txt", "sample_cs1.txt")
    check.equal(code, 1)
    check.contains(text, "sample_cs1.txt: DIFFERS")
    code, text = verify(site, out, "--quiet", SHARED, "strange.txt")
    check.equal(code, 1)
    check.lacks(text, "OK")
    check.contains(text, "strange.txt: UNKNOWN")
    code, text = verify(site, out .. "/nowhere", SHARED)
    check.equal(code, 1)
    check.contains(text, SHARED .. ": MISSING")
end

local function check_index_away(site, out)
    site.index:kill()
    local code, text = verify(site, out, SHARED)
    check.equal(code, 1)
    check.contains(text, "mcdn: cannot reach Index Server at localhost:")
    check.lacks(text, "OK")
end

-- Nobody knows hashes there; but a content server of ours does, whatever its index is.
local function check_base(test, content, words)
    local kinds = { index = "base", content = content }
    local site = standard.start(test:network("base-" .. content), { kinds = kinds })
    site:settles()
    local out = local_files(site)
    waiting.eventually("the file is compared " .. words, 30, function()
        local code, text = verify(site, out, SHARED)
        check.equal(code, 0, text)
        return text:find(words, 1, true), text
    end)
    expect(site, out, "sample_cs2.txt", "DIFFERS", "(499 bytes here, 500 on the network)")
    expect(site, out, "strange.txt", "UNKNOWN", "(the network does not have it)")
end

return function(test)
    local site = standard.start(test:network("ours"), { cs1 = { ["pool/empty"] = "" } })
    site:settles()
    local out = local_files(site)
    hashes_are_known(site, out)
    check_statuses(site, out)
    check_link(test, site, out)
    check_ways_to_name(site, out)
    check_index_away(site, out)
    check_base(test, "ours", BY_HASH)
    check_base(test, "base", BY_SIZE)
end
