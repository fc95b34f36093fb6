-- The client on a terminal: Tab, Ctrl-C, and a progress line that is updated in place.

local check = require("mcdn.check")
local fake_content = require("mcdn.fake_content")
local folder = require("mcdn.folder")
local paths = require("mcdn.paths")
local process = require("process")
local standard = require("mcdn.standard")
local terminal = require("mcdn.terminal")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local PROMPT = "CDN> "
local SLOW, SLOW_SIZE, PIECES = "slow.bin", 1000000, 20
local COLUMNS, WIDE = 66, 200

local function start(site, columns, out, ...)
    local settings = { index = site.index, clean = terminal.clean,
        launcher = terminal.launcher(site.net.paths, columns) }
    return site.net:interactive(settings, table.pack("--output-dir", out, ...))
end

-- Enter is a carriage return on a terminal.
local function type_line(client, line)
    client.child:write(line .. "\r")
    return client:hears(PROMPT, 20)
end

-- Types this and Tab, and waits for what that adds.
local function complete(client, typed, rest)
    client.child:write(typed .. "\t")
    client:hears(rest, 10)
end

local function check_commands(client)
    complete(client, "hel", "p")
    check.contains(type_line(client, ""), "Tab completes commands and names")
    complete(client, "  ser", "vers")
    check.contains(type_line(client, ""), "CS1: 127.0.0.1:")
    client.child:write("x\t")
    check.contains(type_line(client, ""), "Unknown command")
end

local function check_names(client, out)
    complete(client, "ge", "t ")
    complete(client, "shared", "_document.txt")
    check.contains(type_line(client, ""), "Successfully downloaded")
    complete(client, "get  tw", "o words.txt")
    check.contains(type_line(client, ""), "Successfully downloaded")
    complete(client, "verify gr\u{fc}", "\u{df}.txt") -- typed in whatever locale this runs in
    check.contains(type_line(client, ""), "gr\u{fc}\u{df}.txt: MISSING")
    complete(client, "get sam", "ple_cs")
    client.child:write("\t") -- again: shows both, and the line anew
    client:hears("sample_cs1.txt", 10)
    client:hears("sample_cs2.txt", 10)
    client:hears(PROMPT .. "get sample_cs", 10)
    complete(client, "2", ".txt")
    check.contains(type_line(client, ""), "Successfully downloaded")
    client.child:write("get nothing\t")
    check.contains(type_line(client, ""), "nothing: file not found")
    check.equal(folder.names(out), "sample_cs2.txt, shared_document.txt, two words.txt")
end

-- An index that is away costs Tab its names and nothing else.
local function check_without_index(client)
    client.child:write("get sam\t")
    local text = type_line(client, "X")
    check.contains(text, "samX")
    check.contains(text, "cannot reach Index Server")
    check.equal(select(2, text:gsub("cannot reach", "")), 1, "Tab says nothing of it")
end

-- Sends so many pieces of the file, with pauses in which it is shown how far it is.
local function serve_slowly(fake, pieces)
    local _, connection = fake_content.accept_any({ fake })
    local data, piece = standard.contents(SLOW, SLOW_SIZE), SLOW_SIZE // PIECES
    connection:send(("OK %d\n"):format(SLOW_SIZE))
    for at = 0, pieces - 1 do
        connection:send(data:sub(at * piece + 1, (at + 1) * piece))
        local until_ms = process.now_ms() + 130
        waiting.eventually("a moment passes", 5, function()
            return process.now_ms() >= until_ms
        end)
    end
    return connection
end

-- Ctrl-C in the middle of a download: that ends, the program does not.
local function check_interrupt(client, fake)
    client.child:write("get " .. SLOW .. "\r")
    local connection = serve_slowly(fake, PIECES // 2)
    client:hears("Downloading: ", 10)
    client.child:write("\3")
    local text = client:hears(PROMPT, 10)
    check.lacks(text, "Successfully")
    connection:close()
    check.contains(type_line(client, "get sample_cs1.txt"), "Successfully downloaded")
end

-- One line, as wide as the terminal at most, until the last one with the specification's words.
local function check_progress(site, fake)
    local out = folder.make(site.net.folder .. "/progress")
    local client = start(site, COLUMNS, out, SLOW)
    serve_slowly(fake, PIECES):close()
    local code, text = client:finish(20)
    check.equal(code, 0, text)
    check.same_bytes(folder.read(out .. "/" .. SLOW), standard.contents(SLOW, SLOW_SIZE), SLOW)
    local updates = 0
    for part in text:gmatch("\r(Downloading: [^\r\n]*)") do
        check.at_most(#part, COLUMNS - 1, "columns of a progress line")
        check.matches(part, "^Downloading: [%d.]+%% %(%d+/1000000 bytes%)")
        updates = updates + 1
    end
    check.at_least(updates, 3, "updates in place")
    check.matches(text, "bytes%)  %d[%d.]+ KiB/s")
    local shown = {}
    for _, line in ipairs(terminal.lines(text)) do
        if line:find("Downloading:", 1, true) then
            shown[#shown + 1] = line:gsub(" +$", "")
        end
    end
    check.equal(table.concat(shown, "|"), "Downloading: 100.0% (1000000/1000000 bytes)")
end

-- At the prompt Ctrl-C ends the program.
local function check_end(client)
    client.child:write("\3")
    local code, text = client:finish()
    check.equal(code, 130, "exit code")
    check.contains(text, "Goodbye!")
end

return function(test)
    if not terminal.is_available(test.paths) then
        test:skip("everything", "there is no terminal for these programs")
        return
    end
    local files = { ["two words.txt"] = 5, ["gr\u{fc}\u{df}.txt"] = 5 }
    local site = standard.start(test:network(), { cs1 = files })
    site:settles()
    site:waits_for_place("the index knows a name with a space", "two words.txt",
        function(place) return place end)
    local fake = fake_content.start(site.index.tcp_port, "FAKE", { [SLOW] = SLOW_SIZE })
    waiting.eventually("the index lists it", 10, function()
        return (wire.files(site.index.tcp_port) or {})[SLOW] == SLOW_SIZE
    end)
    if paths.for_windows(test.paths) then
        test:skip("the progress line", "Wine sends a terminal what the console looks like instead "
            .. "of what the client writes; Windows' console shows the line in its place")
    else
        check_progress(site, fake)
    end
    local out = folder.make(site.net.folder .. "/out")
    local client = start(site, WIDE, out)
    client:hears(PROMPT)
    if client.heard:find("Tab completes", 1, true) then
        check_commands(client)
        check_names(client, out)
    else
        test:skip("Tab", "the client was built without libedit")
    end
    check_interrupt(client, fake)
    fake:close()
    site.index:kill()
    check_without_index(client)
    check_end(client)
end
