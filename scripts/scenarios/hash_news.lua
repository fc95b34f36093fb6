-- What an index is told of hashes: one of ours each as it is known, behind its file; one that does
-- not know hashes, nothing.

local check = require("mcdn.check")
local fake_index = require("mcdn.fake_index")
local folder = require("mcdn.folder")
local sha256 = require("mcdn.sha256")
local waiting = require("mcdn.waiting")

local function start(test, name, files, answers)
    local net = test:network(name)
    local site = { net = net, index = fake_index.start(answers), files = net:files("CS1", files) }
    site.cs1 = net:content({ id = "CS1", files = site.files, index = site.index,
        monitor = { udp_port = 1 }, extra = { "--log-level", "debug" } })
    return site
end

-- It leaves in order, for which the index has to play.
local function finish(site)
    site.cs1:ask_to_stop()
    waiting.eventually("the content server leaves", 10, function()
        site.index:turn()
        return site.cs1:exit_code(), "it still runs"
    end)
    check.equal(site.cs1:exit_code(), 0)
    check.equal(site.index:count("^LEAVE CS1$"), 1)
    site.index:close()
end

local function line_of(name, data)
    return ("FILE_HASH CS1 %s %s"):format(sha256(data), name)
end

-- A line of each file, for its hash behind it.
local function expect_behind(index, added, hash)
    check.in_order(table.concat(index.lines, "\n") .. "\n", { added .. "\n", hash .. "\n" })
end

local function check_changes(site)
    local index = site.index
    folder.write(site.files .. "/new one.txt", "new")
    index:hears("^" .. line_of("new one.txt", "new") .. "$")
    expect_behind(index, "ADD_FILE CS1 new one.txt 3", line_of("new one.txt", "new"))
    folder.write(site.files .. "/new one.txt", "NEW") -- the same size
    index:hears("^" .. line_of("new one.txt", "NEW") .. "$")
    check.equal(index:count("^ADD_FILE CS1 new one.txt 3$"), 2)
    os.remove(site.files .. "/new one.txt")
    index:hears("^REMOVE_FILE CS1 new one.txt$")
end

-- A short list, which is registered without asking what the index is: the hashes follow.
local function check_short_list(test)
    local site = start(test, "short", { ["a.txt"] = "a", ["b c.txt"] = "b" })
    local index = site.index
    index:hears("^FILE_HASH ", 2)
    expect_behind(index, "DONE_FILES", line_of("a.txt", "a"))
    expect_behind(index, "DONE_FILES", line_of("b c.txt", "b"))
    check_changes(site)
    index:hang_up()
    index:hears("^FILE_HASH ", 2)
    check.equal(index:count("^DONE_FILES$"), 1)
    finish(site)
end

local function many_files()
    local files = {}
    for number = 1, 200 do
        files[("file-%03d.txt"):format(number)] = tostring(number)
    end
    return files
end

-- A long list: when it is registered anew, the hashes that are known go with it.
local function check_long_list(test)
    local site = start(test, "long", many_files())
    local index = site.index
    index:hears("^FILE_HASH ", 200)
    index:hang_up()
    index:hears("^DONE_FILES$")
    check.equal(index:count("^FILE_HASH "), 200)
    check.equal(index.lines[#index.lines], "DONE_FILES")
    expect_behind(index, "ADD_FILE CS1 file-017.txt 2", line_of("file-017.txt", "17"))
    index:plays(0.5)
    check.equal(index:count("^FILE_HASH "), 200, "hashes told, and none of them twice")
    finish(site)
end

-- An index that knows PING but no hashes says so, and is not told any more; no more comes of it.
local function check_older_index(test)
    local site = start(test, "older", many_files(), { FILE_HASH = "ERROR UNKNOWN_COMMAND" })
    local index = site.index
    index:hears("^FILE_HASH ")
    site.cs1:says("Hashed 200 files", 20)
    index:plays(0.5)
    local told = index:count("^FILE_HASH ")
    folder.write(site.files .. "/new.txt", "new")
    index:hears("^ADD_FILE CS1 new.txt 3$")
    site.cs1:says("Hashed 1 files", 20)
    index:plays(0.5)
    check.equal(index:count("^FILE_HASH "), told)
    check.equal(index:count("^REGISTER "), 1)
    check.equal(site.cs1.log:count("Index Server knows no hashes"), 1)
    check.equal(site.cs1.log:count("Warning: Index Server says"), 0)
    finish(site)
end

-- A textbook index hears of none at all, and is not registered with anew for them.
local function check_textbook_index(test)
    local site = start(test, "textbook", many_files(), { PING = "ERROR UNKNOWN_COMMAND" })
    local index = site.index
    index:hears("^DONE_FILES$")
    waiting.eventually("all is hashed", 20, function()
        index:turn()
        return site.cs1.log:find("Hashed 200 files")
    end)
    index:plays(1)
    check.equal(index:count("^FILE_HASH "), 0)
    check.equal(index:count("^REGISTER "), 1)
    finish(site)
end

return function(test)
    check_short_list(test)
    check_long_list(test)
    check_older_index(test)
    check_textbook_index(test)
end
