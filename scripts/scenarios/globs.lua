-- Patterns: which files "*" and "?" stand for, and when they are just signs in a name.

local check = require("mcdn.check")
local fake_content = require("mcdn.fake_content")
local folder = require("mcdn.folder")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local FILES = { ["pool/a.iso"] = 10, ["pool/deep/b.iso"] = 20, ["gr\u{fc}n.iso"] = 30,
    ["notes one.txt"] = 40 }

-- Which of the files a client asked for, in its order.
local function asked_for(text)
    local names = {}
    for name in text:gmatch("%[CLIENT%] Requesting file: ([^\r\n]+)") do
        names[#names + 1] = name
    end
    return table.concat(names, " ")
end

local function expect(site, patterns, names)
    local code, text, out = site:client(table.unpack(patterns))
    local line = table.concat(patterns, " ")
    check.equal(code, 0, line .. ": " .. text)
    check.equal(asked_for(text), names, line)
    return out
end

local function check_patterns(site)
    local out = expect(site, { "*.iso" }, "gr\u{fc}n.iso pool/a.iso pool/deep/b.iso")
    check.same_bytes(folder.read(out .. "/pool/deep/b.iso"),
        standard.contents("pool/deep/b.iso", 20))
    expect(site, { "gr?n.iso" }, "gr\u{fc}n.iso") -- one character of two bytes
    expect(site, { "pool/*" }, "pool/a.iso pool/deep/b.iso")
    expect(site, { "pool/?.iso", "sample_cs2.txt", "n*e.txt" },
        "pool/a.iso sample_cs2.txt notes one.txt")
    expect(site, { "sample_cs?.txt", "*cs1*" }, "sample_cs1.txt sample_cs2.txt")
end

local function check_no_match(site)
    local code, text, out = site:client("*.nothing", "sample_cs1.txt")
    check.equal(code, 1, "exit code when one pattern matches nothing")
    check.contains(text, "mcdn: *.nothing: no file matches")
    check.equal(folder.names(out), "sample_cs1.txt", "the others are downloaded")
    code, text = site:client("[abc].iso") -- no pattern, and so asked for
    check.equal(code, 1)
    check.contains(text, "mcdn: [abc].iso: file not found")
end

-- A file has the very name: it alone is meant. Its server is a fake, as not all systems can hold
-- such names; what it is asked for is enough.
local function check_literal_names(site)
    local fake = fake_content.start(site.index.tcp_port, "FAKE", { ["sample*"] = 0 })
    waiting.eventually("the index lists it", 10, function()
        return (wire.files(site.index.tcp_port) or {})["sample*"] == 0
    end)
    local _, text = site:client("--list")
    check.contains(text, "  sample* (0 bytes)")
    _, text = site:client("sample*", "--retry-time", "0.1", "--stall-timeout", "0.1")
    check.equal(asked_for(text), "sample*")
    _, text = site:client("sampl*", "--retry-time", "0.1", "--stall-timeout", "0.1")
    check.equal(asked_for(text), "sample* sample_cs1.txt sample_cs2.txt")
    fake:close()
end

-- Without its list nothing can be matched.
local function check_index_away(site)
    site.index:kill()
    local code, text = site:client("*.iso")
    check.equal(code, 1)
    check.contains(text, "mcdn: cannot reach Index Server at localhost:")
    check.lacks(text, "no file matches")
end

return function(test)
    local site = standard.start(test:network(), { cs2 = FILES })
    site:settles()
    site:waits_for_place("the index knows a name with a space", "notes one.txt",
        function(place) return place end)
    check_patterns(site)
    check_no_match(site)
    check_literal_names(site)
    check_index_away(site)
end
