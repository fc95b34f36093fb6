-- The interactive client, talked with over pipes.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local standard = require("mcdn.standard")

local PROMPT = "CDN> "

local function start(site, ...)
    local client = site.net:interactive({ index = site.index }, table.pack(...))
    local banner = client:hears(PROMPT)
    check.in_order(banner, {
        ("="):rep(50), "  Micro-CDN Client - Interactive Mode", ("="):rep(50),
    }, "the banner")
    return client
end

-- What the client prints between a command and the next prompt.
local function say(client, line)
    client:say(line)
    return client:hears(PROMPT)
end

local function check_help(client)
    local text = say(client, "help")
    for _, command in ipairs({ "help", "get", "list", "servers", "quit", "exit" }) do
        check.contains(text, command)
    end
end

local function check_get(site, client, out)
    local text = say(client, "get shared_document.txt")
    check.contains(text, "[CLIENT] Successfully downloaded: ")
    check.same_bytes(folder.read(out .. "/shared_document.txt"),
        standard.contents("shared_document.txt", 600), "shared_document.txt")
    check.lacks(say(client, "get nothing.txt"), "Successfully")
    check.lacks(say(client, "get"), "Successfully")
    folder.write(site.cs1_files .. "/two words.txt", "two words")
    site:waits_for_place("the index knows a name with a space", "two words.txt",
        function(place) return place end)
    check.contains(say(client, "get two words.txt"), "Successfully downloaded")
    check.equal(folder.names(out), "shared_document.txt, two words.txt")
end

local function check_lists(site, client)
    check.in_order(say(client, "list"), { "Available files:\n", ("-"):rep(40) .. "\n",
        "  sample_cs1.txt (500 bytes)\n", "  sample_cs2.txt (500 bytes)\n", ("-"):rep(40) })
    check.in_order(say(client, "servers"), { "Registered servers:\n", ("-"):rep(60) .. "\n",
        ("  CS1: 127.0.0.1:%d (load="):format(site.cs1.tcp_port), "status=alive)\n",
        ("  CS2: 127.0.0.1:%d (load="):format(site.cs2.tcp_port), ("-"):rep(60) })
end

local function check_nonsense(client)
    local unknown = "Unknown command. Type 'help' for available commands."
    check.contains(say(client, "nonsense"), unknown)
    check.contains(say(client, "GETshared_document.txt"), unknown)
    check.lacks(say(client, ""), "Unknown")
    check.lacks(say(client, "   list   "), "Unknown")
end

-- The index goes away and comes back under the client's feet.
local function check_index_restart(site, client)
    site.index:kill()
    check.lacks(say(client, "list"), "sample_cs1.txt")
    check.lacks(say(client, "get sample_cs1.txt"), "Successfully")
    site.index = site.net:restart(site.index)
    site:settles()
    check.contains(say(client, "list"), "sample_cs1.txt")
    check.contains(say(client, "get sample_cs1.txt"), "Successfully")
end

local function check_ends(site)
    for _, word in ipairs({ "quit", "exit" }) do
        local client = start(site, "-i")
        client:say(word)
        local code, text = client:finish()
        check.equal(code, 0, "exit code after " .. word)
        check.contains(text, "Goodbye!")
    end
    local client = start(site, "--interactive")
    client.child:close_stdin()
    check.equal(client:finish(), 0, "exit code at the end of input")
end

-- A last command without a line feed counts.
local function check_unended_line(site)
    local client = start(site)
    client.child:write("list")
    client.child:close_stdin()
    local code, text = client:finish()
    check.equal(code, 0)
    check.contains(text, "sample_cs1.txt (500 bytes)")
end

return function(test)
    local site = standard.start(test:network())
    site:settles()
    local out = folder.make(site.net.folder .. "/interactive")
    local client = start(site, "--output-dir", out) -- nothing to do means interactive
    check_help(client)
    check_lists(site, client)
    check_get(site, client, out)
    check_nonsense(client)
    check_index_restart(site, client)
    client:say("quit")
    check.equal(client:finish(), 0)
    check_ends(site)
    check_unended_line(site)
end
