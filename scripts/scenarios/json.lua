-- What other programs read: --json with lists, downloads and --verify.

local check = require("mcdn.check")
local fake_content = require("mcdn.fake_content")
local folder = require("mcdn.folder")
local json = require("mcdn.json")
local special = require("mcdn.special")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

-- What no file system but some holds: quotes, and bytes that are no UTF-8.
local ODD = { ['say "hi".txt'] = 7, ["gr\xfc\xdf.txt"] = 8 }

-- Runs the client so that all it says is JSON: its exit code, its objects, its folder.
local function run(site, ...)
    local code, text, out = site:client("--json", "--quiet", ...)
    return code, json.lines((text:gsub("mcdn: [^\n]*\n", ""))), out
end

local function by(objects, key)
    local found = {}
    for _, object in ipairs(objects) do
        if object[key] then
            found[object[key]] = object
        end
    end
    return found
end

local function check_lists(site)
    local code, objects = run(site, "--list", "--servers")
    check.equal(code, 0)
    check.equal(#objects, 9, "six files and three servers")
    local files, servers = by(objects, "name"), by(objects, "id")
    check.equal(files["sample_cs1.txt"].type, "file")
    check.equal(files["sample_cs1.txt"].size, 500)
    check.equal(files["sample_cs1.txt"].name_hex, nil)
    check.equal(files['say "hi".txt'].size, 7)
    local bad = files["gr\u{fffd}\u{fffd}.txt"]
    check.equal(bad.size, 8)
    check.equal(bad.name_hex, "6772fcdf2e747874")
    local cs1 = servers.CS1
    check.equal(cs1.type, "server")
    check.equal(cs1.host, "127.0.0.1")
    check.equal(cs1.port, site.cs1.tcp_port)
    check.equal(cs1.status, "alive")
    check.truthy(math.type(cs1.load) == "integer")
end

local function check_downloads(site)
    local code, objects, out = run(site, "shared_document.txt", "nothing.txt", "*.nothing",
        "sample_cs1.txt")
    check.equal(code, 1)
    check.equal(#objects, 4, "an object each")
    local done = objects[1]
    check.equal(done.type, "download")
    check.equal(done.name, "shared_document.txt")
    check.equal(done.status, "done")
    check.equal(done.path, out .. "/shared_document.txt")
    check.equal(done.size, 600)
    check.equal(done.fetched, 600)
    check.equal(done.already_complete, false)
    check.equal(done.sources[1].bytes, 600)
    check.matches(done.sources[1].id, "^CS[12]$")
    check.truthy(done.verified == "sha256" or done.verified == "chunks" or done.verified == "size")
    check.equal(objects[2].name, "nothing.txt")
    check.equal(objects[2].status, "failed")
    check.contains(objects[2].error, "not found")
    check.equal(objects[3].name, "*.nothing")
    check.equal(objects[3].error, "no file matches")
    check.equal(objects[4].status, "done")
    check.same_bytes(folder.read(out .. "/sample_cs1.txt"),
        standard.contents("sample_cs1.txt", 500))
end

-- Not quiet: what people read goes to stderr, and stdout has JSON alone.
local function check_streams(site)
    local path = site.net.folder .. "/stdout"
    local shell = special.split_output(path)
    if not shell or #site.net.paths.launcher > 0 then
        return
    end
    local code, text = site.net:client({ index = site.index, launcher = shell },
        { "--json", "--output-dir", site.net.folder .. "/streams", "shared_document.txt" })
    check.equal(code, 0)
    check.in_order(text, { "Requesting file:", "Downloading: 100.0% (600/600 bytes)",
        "Successfully downloaded", "Summary:" })
    check.lacks(text, "{")
    local objects = json.lines(folder.read(path))
    check.equal(#objects, 1)
    check.equal(objects[1].status, "done")
end

local function check_verify(site)
    local code, objects, out = run(site, "--verify", "shared_document.txt", "nothing.txt")
    check.equal(code, 1)
    check.equal(#objects, 2)
    check.equal(objects[1].type, "verify")
    check.equal(objects[1].status, "missing")
    check.equal(objects[1].network_size, 600)
    check.equal(objects[1].path, out .. "/shared_document.txt")
    check.equal(objects[2].status, "unknown")
end

return function(test)
    local site = standard.start(test:network())
    site:settles()
    local fake = fake_content.start(site.index.tcp_port, "FAKE", ODD)
    waiting.eventually("the index lists the odd names", 10, function()
        return (wire.files(site.index.tcp_port) or {})['say "hi".txt'] == 7
    end)
    check_lists(site)
    fake:close()
    check_downloads(site)
    check_streams(site)
    check_verify(site)
end
