-- Folder changes: what is added, changed, moved or removed in a content server's folder is on the
-- network, or gone from it, within three seconds.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local special = require("mcdn.special")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local WITHIN_S = 3
local BURST = 300

local function is_listed(site, name, size)
    waiting.eventually(("%s is listed with %d bytes"):format(name, size), WITHIN_S, function()
        return standard.have_files(site.index.tcp_port, { [name] = size })
    end)
end

local function is_gone(site, name)
    waiting.eventually(name .. " is not listed any more", WITHIN_S, function()
        local files, problem = wire.files(site.index.tcp_port)
        if not files then
            return nil, problem
        end
        return files[name] == nil, "it is listed"
    end)
    check.equal(wire.ask(site.index.tcp_port, "GET " .. name), "ERROR FILE_NOT_FOUND")
end

local function check_file(site)
    local path = site.cs1_files .. "/new.txt"
    folder.write(path, standard.contents("new.txt", 1000))
    is_listed(site, "new.txt", 1000)
    site:downloads("new.txt", 1000)
    folder.write(path, standard.contents("new.txt", 2000))
    is_listed(site, "new.txt", 2000)
    site:downloads("new.txt", 2000)
    os.rename(path, site.cs1_files .. "/renamed.txt")
    is_gone(site, "new.txt")
    is_listed(site, "renamed.txt", 2000)
    os.remove(site.cs1_files .. "/renamed.txt")
    is_gone(site, "renamed.txt")
    check.equal(wire.ask(site.cs1.tcp_port, "GET renamed.txt"), "ERROR FILE_NOT_FOUND")
end

-- Written beside and renamed into place, as careful programs do.
local function check_replacement(site)
    local beside = site.net.folder .. "/beside"
    folder.write(beside, standard.contents("sample_cs1.txt", 777))
    folder.replace(beside, site.cs1_files .. "/sample_cs1.txt")
    is_listed(site, "sample_cs1.txt", 777)
    site:downloads("sample_cs1.txt", 777)
end

-- A file that somebody still writes is announced at its final size in the end.
local function check_growing(site)
    local path = site.cs1_files .. "/growing.bin"
    local size = 0
    waiting.holds("the file grows", 1, function()
        folder.append(path, ("x"):rep(1000))
        size = size + 1000
        return true
    end)
    is_listed(site, "growing.bin", size)
end

local function check_subfolders(site)
    local outside = site.net:files("outside", { ["one.txt"] = 10, ["deep/er/two.txt"] = 20 })
    check.truthy(os.rename(outside, site.cs1_files .. "/moved"))
    is_listed(site, "moved/one.txt", 10)
    is_listed(site, "moved/deep/er/two.txt", 20)
    folder.write(site.cs1_files .. "/moved/deep/er/three.txt", "three")
    is_listed(site, "moved/deep/er/three.txt", 5)
    check.truthy(os.rename(site.cs1_files .. "/moved/deep", site.cs1_files .. "/moved/deeper"))
    is_listed(site, "moved/deeper/er/two.txt", 20)
    is_gone(site, "moved/deep/er/two.txt")
    check.truthy(os.rename(site.cs1_files .. "/moved", outside))
    is_gone(site, "moved/one.txt")
    is_gone(site, "moved/deeper/er/two.txt")
    folder.write(folder.make(site.cs1_files .. "/made/here") .. "/four.txt", "four")
    is_listed(site, "made/here/four.txt", 4)
    folder.remove(site.cs1_files .. "/made")
    is_gone(site, "made/here/four.txt")
end

local function make_unannounced(test, site)
    folder.write(site.cs1_files .. "/.hidden", "hidden")
    folder.write(folder.make(site.cs1_files .. "/.git") .. "/config", "hidden")
    folder.write(site.net.folder .. "/secret.txt", "secret")
    if not special.link(site.net.folder .. "/secret.txt", site.cs1_files .. "/link.txt")
        or not special.link(site.net.folder, site.cs1_files .. "/link")
        or not special.fifo(site.cs1_files .. "/fifo") then
        test:skip("links and pipes", "this system makes none")
    end
    folder.write(site.cs1_files .. "/marker.txt", "marker")
end

-- Not listed, and not served to those who guess the name either.
local function check_unannounced(test, site)
    make_unannounced(test, site)
    is_listed(site, "marker.txt", 6)
    local names = { ".hidden", ".git/config", "link.txt", "link/secret.txt", "fifo" }
    waiting.holds("what is hidden or no plain file is not listed", 1, function()
        local files = check.truthy(wire.files(site.index.tcp_port))
        for _, name in ipairs(names) do
            if files[name] then
                return nil, name
            end
        end
        return true
    end)
    for _, name in ipairs(names) do
        check.equal(wire.ask(site.cs1.tcp_port, "GET " .. name), "ERROR FILE_NOT_FOUND", name)
        check.equal(wire.ask(site.index.tcp_port, "GET " .. name), "ERROR FILE_NOT_FOUND", name)
    end
end

-- The servers that some clients in a row are sent to.
local function places(site, name)
    local ids = {}
    for at = 1, 6 do
        local place, answer = wire.locate(site.index.tcp_port, name)
        ids[at] = place and place.id or answer
    end
    return table.concat(ids, " ")
end

-- Gone here, still there.
local function check_shared(site)
    os.remove(site.cs1_files .. "/shared_document.txt")
    waiting.eventually("the shared file comes from CS2 alone", WITHIN_S, function()
        local ids = places(site, "shared_document.txt")
        return ids == "CS2 CS2 CS2 CS2 CS2 CS2", ids
    end)
    site:downloads("shared_document.txt", 600)
end

local function burst_name(number)
    return ("burst/%d/file-%03d.txt"):format(number % 7, number)
end

-- More changes at once than a queue of events may hold.
local function check_burst(site)
    local wanted = {}
    for number = 1, BURST do
        wanted[burst_name(number)] = number
    end
    local path = site.net:files("CS1", wanted)
    waiting.eventually("the burst is listed", WITHIN_S, function()
        return standard.have_files(site.index.tcp_port, wanted)
    end)
    folder.remove(path .. "/burst")
    waiting.eventually("the burst is gone", WITHIN_S, function()
        local files, problem = wire.files(site.index.tcp_port)
        if not files then
            return nil, problem
        end
        for number = 1, BURST do
            if files[burst_name(number)] then
                return nil, burst_name(number)
            end
        end
        return true
    end)
end

-- The server's whole folder goes away and comes back.
local function check_whole_folder(site)
    local away = site.net.folder .. "/away"
    check.truthy(os.rename(site.cs1_files, away))
    is_gone(site, "sample_cs1.txt")
    check.truthy(os.rename(away, site.cs1_files))
    is_listed(site, "sample_cs1.txt", 777)
end

-- A missing folder is made, with a warning, and then watched like any other.
local function check_missing_folder(site)
    local path = site.net.folder .. "/missing/files"
    local cs3 = site:content("CS3", path)
    check.contains(cs3.log:text(), path, "the log names the folder that was made")
    folder.write(path .. "/first.txt", "first")
    is_listed(site, "first.txt", 5)
end

return function(test)
    local site = standard.start(test:network())
    site:settles()
    local parts = {
        { "file", check_file },
        { "replacement", check_replacement },
        { "growing", check_growing },
        { "subfolders", check_subfolders },
        { "shared", check_shared },
        { "burst", check_burst },
        { "missing folder", check_missing_folder },
        { "whole folder", check_whole_folder },
    }
    for _, part in ipairs(parts) do
        if test:wants(part[1]) then
            part[2](site)
        end
    end
    check_unannounced(test, site)
end
