-- The client's command line: what goes together, where files go, how much is said.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local standard = require("mcdn.standard")

-- Each with the beginning of what is said about it.
local WRONG = {
    { { "--all", "a" }, "mcdn: --all: takes no files" },
    { { "--verify" }, "mcdn: --verify: needs a file" },
    { { "--verify", "-i", "a" }, "mcdn: --verify: does not go with interactive mode" },
    { { "--verify", "--list" }, "mcdn: --verify: needs a file" },
    { { "--output", "x" }, "mcdn: --output: needs exactly one file" },
    { { "--output", "x", "a", "b" }, "mcdn: --output: needs exactly one file" },
    { { "--output", "x", "--all" }, "mcdn: --output: needs exactly one file" },
    { { "--output", "-", "a" }, "mcdn: --output -: cannot write to stdout" },
    { { "--output", "x/", "a" }, "mcdn: --output: names no file" },
    { { "--output", "x/..", "a" }, "mcdn: --output: names no file" },
    { { "--output", "x/y.mcdn-part", "a" },
        "mcdn: --output: ends like the name of an unfinished download" },
    { { "--output=", "a" }, "mcdn: --output : must not be empty" },
    { { "--output", "x", "-i", "a" }, "mcdn: --output: does not go with interactive mode" },
    { { "--json" }, "mcdn: --json: does not go with interactive mode" },
    { { "--quiet" }, "mcdn: --quiet: does not go with interactive mode" },
    { { "--quiet", "-i", "a" }, "mcdn: --quiet: does not go with interactive mode" },
    { { "--connections", "0", "a" }, "mcdn: --connections 0: is no number" },
    { { "--connections", "65", "a" }, "mcdn: --connections: is at most 64" },
    { { "--limit-rate", "0", "a" }, "mcdn: --limit-rate 0: is no number of bytes a second" },
    { { "--limit-rate", "fast", "a" }, "mcdn: --limit-rate fast: is no number of bytes" },
    { { "--stall-timeout", "0", "a" }, "mcdn: --stall-timeout 0: is no number of seconds" },
    { { "--retry-time", "-1", "a" }, "mcdn: --retry-time -1: is no number of seconds" },
    { { "--retry-time", "86401", "a" }, "mcdn: --retry-time 86401: is no number of seconds" },
}

local function check_wrong_usage(net)
    for _, row in ipairs(WRONG) do
        local code, text = net:run_program("client", row[1])
        local line = table.concat(row[1], " ")
        check.equal(code, 2, "exit code of mcdn " .. line)
        check.equal(text:sub(1, #row[2]), row[2], "mcdn " .. line)
        check.contains(text, "Try 'mcdn --help'.", line)
    end
end

-- The lines of a download that other programs read, with their very words.
local function check_lines(site)
    local code, text, out = site:client("shared_document.txt")
    check.equal(code, 0)
    local lines = {}
    for line in text:gmatch("[^\r\n]+") do
        lines[#lines + 1] = line:gsub("^%[[%d: -]+%] ", "")
    end
    check.equal(lines[1], "[CLIENT] Requesting file: shared_document.txt")
    check.equal(lines[#lines - 2], "Downloading: 100.0% (600/600 bytes)")
    check.equal(lines[#lines - 1], "[CLIENT] Successfully downloaded: " .. out
        .. "/shared_document.txt (600 bytes)")
    check.matches(lines[#lines], "^%[CLIENT%] Summary: 600 bytes in [%d.]+ s .*CS%d 100%%; ")
end

local function check_output(site)
    local path = site.net.folder .. "/elsewhere/other name.txt"
    local code, text = site:client("--output", path, "shared_document.txt")
    check.equal(code, 0, text)
    check.same_bytes(folder.read(path), standard.contents("shared_document.txt", 600), path)
    check.contains(text, "Successfully downloaded: " .. path .. " (600 bytes)")
    check.equal(folder.names(site.net.folder .. "/elsewhere"), "other name.txt")
    code = site:client("--output", path, "sample_cs1*")
    check.equal(code, 0, "a pattern that stands for one file")
    check.same_bytes(folder.read(path), standard.contents("sample_cs1.txt", 500), path)
    code, text = site:client("--output", path, "sample*")
    check.equal(code, 1, "exit code of a pattern that stands for two files")
    check.contains(text, "--output is for one file, and more match")
    check.same_bytes(folder.read(path), standard.contents("sample_cs1.txt", 500), path)
end

local function check_all(site)
    local code, _, out = site:client("--all")
    check.equal(code, 0)
    check.equal(folder.names(out),
        "large_file.bin, sample_cs1.txt, sample_cs2.txt, shared_document.txt")
    for name, size in pairs(standard.files_of_cs1()) do
        check.same_bytes(folder.read(out .. "/" .. name), standard.contents(name, size), name)
    end
end

-- Nothing but what was asked for, and errors.
local function check_quiet(site)
    local code, text = site:client("--quiet", "shared_document.txt")
    check.equal(code, 0)
    check.equal(text, "")
    code, text = site:client("--quiet", "nothing.txt")
    check.equal(code, 1)
    check.equal(text:gsub("\r", ""), "mcdn: nothing.txt: file not found\n")
    code, text = site:client("--quiet", "--list")
    check.equal(code, 0)
    check.equal(text:gsub("\r", ""),
        "large_file.bin\nsample_cs1.txt\nsample_cs2.txt\nshared_document.txt\n")
    code, text = site:client("--quiet", "--servers")
    check.equal(code, 0)
    check.equal(text:gsub("\r", ""), "CS1\nCS2\n")
end

local function check_combinations(site)
    local code, text, out = site:client("--list", "--servers", "shared_document.txt",
        "--connections", "1", "--limit-rate=1G", "--stall-timeout=2.5", "--retry-time", "3")
    check.equal(code, 0, text)
    check.in_order(text, { "Available files:", "Registered servers:", "Successfully" })
    check.equal(folder.names(out), "shared_document.txt")
end

return function(test)
    local net = test:network()
    check_wrong_usage(net)
    local site = standard.start(net)
    site:settles()
    check_lines(site)
    check_output(site)
    check_all(site)
    check_quiet(site)
    check_combinations(site)
end
