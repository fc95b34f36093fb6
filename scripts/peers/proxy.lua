-- A proxy that stands in for content servers and misbehaves as it is told: it cuts, stalls,
-- trickles, corrupts and lies, and counts every byte it sends. One process has several doors, each
-- a content server of its own to clients, the index and the monitor.

package.path = arg[0]:match("^(.*)[/\\]") .. "/?.lua;" .. arg[0]:match("^(.*)[/\\]")
    .. "/../base/?.lua;" .. package.path

local body = require("body")
local common = require("common")
local control = require("control")
local door = require("door")
local tasks = require("tasks")

local log = common.logger("PROXY")

local doors, answers = {}, {}

local function find(words)
    return doors[words[2]] or error("no such door: " .. tostring(words[2]), 0)
end

-- What follows the first words of the line.
local function after(line, count)
    return line:match("^" .. ("%S+ "):rep(count) .. "(.*)$")
end

local commands = {}

-- DOOR <id> <upstream port>: a new door; answers its port.
function commands.DOOR(words)
    doors[words[2]] = door.new(words[2], tonumber(words[3]), answers)
    return { tostring(doors[words[2]].port) }
end

-- FILE <id> <size> <sha256 or -> <name>: a file to be registered.
function commands.FILE(words, line)
    find(words).files[after(line, 4)] = { size = tonumber(words[3]),
        sha256 = words[4] ~= "-" and words[4] or nil }
end

-- REGISTER <id> <index port>, RENEW <id>, LEAVE <id>
function commands.REGISTER(words)
    find(words).registration:start(tonumber(words[3]))
end

function commands.RENEW(words)
    find(words).registration:renew()
end

function commands.LEAVE(words)
    find(words).registration:stop()
end

-- BEAT <id> <monitor's UDP port>
function commands.BEAT(words)
    find(words).registration:beat(tonumber(words[3]))
end

-- FAULT <id> <kind> <after> <times> <value>
function commands.FAULT(words, line)
    find(words).faults:add(words[3], tonumber(words[4]), tonumber(words[5]),
        control.decode(after(line, 5)))
end

-- HEAL <id>: no fault any more.
function commands.HEAL(words)
    find(words).faults:clear()
end

-- RATE <id> <bytes a second, or 0 for no limit>
function commands.RATE(words)
    local rate = math.tointeger(tonumber(words[3]))
    find(words).pace.rate = rate > 0 and rate or nil
end

-- GATE <bytes of bodies that all doors together may send, or - for no limit>
function commands.GATE(words)
    body.gate(math.tointeger(tonumber(words[2])))
end

function commands.REFUSE(words)
    find(words):refuse()
end

function commands.OPEN(words)
    find(words):open()
end

-- DROP <id> <close, reset or gone>
function commands.DROP(words)
    find(words):drop(words[3])
end

-- SENT: how many bytes of bodies all doors have sent.
function commands.SENT()
    return { tostring(body.sent()) }
end

-- CLIENTS: how many connections of clients all doors have.
function commands.CLIENTS()
    local count = 0
    for _, one in pairs(doors) do
        for _ in pairs(one.clients) do
            count = count + 1
        end
    end
    return { tostring(count) }
end

-- ANSWERS: "<door> <offset or -> <body's length> <bytes sent> <request>" each.
function commands.ANSWERS()
    local lines = {}
    for at, answer in ipairs(answers) do
        lines[at] = ("%s %s %d %d %s"):format(answer.door.id, answer.offset or "-", answer.length,
            answer.sent, answer.request)
    end
    return lines
end

-- FORGET: counts from here.
function commands.FORGET()
    for at = #answers, 1, -1 do
        answers[at] = nil
    end
    body.forget()
end

tasks.spawn(control.serve, log, commands)
tasks.run()
