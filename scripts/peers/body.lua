-- Passes one answer's body on, at the pace that is allowed and with the fault that strikes it.

local socket = require("socket")

local body = {}

local PIECE = 65536
local PAUSE_S = 0.004

-- Lets all doors together send no more than `most` bytes of bodies; nil for no limit.
local gate = { most = nil, sent = 0 }

function body.gate(most)
    gate.most = most
end

function body.sent()
    return gate.sent
end

function body.forget()
    gate.sent = 0
end

-- How many of these bytes the gate lets pass now; nil if the client left while it was shut.
local function pass_gate(client, wanted)
    while gate.most and gate.sent >= gate.most do
        if not client:stays(PAUSE_S) then
            return nil
        end
    end
    return gate.most and math.min(wanted, gate.most - gate.sent) or wanted
end

-- Waits until the pace, { rate = bytes a second or nil, ready_at = }, allows these bytes.
local function keep_pace(client, pace, count)
    if not pace.rate then
        return true
    end
    local now = socket.gettime()
    local ready_at = math.max(now, pace.ready_at or now)
    pace.ready_at = ready_at + count / pace.rate
    while ready_at > now do
        if not client:stays(ready_at - now) then
            return false
        end
        now = socket.gettime()
    end
    return true
end

local function piece_size(pace)
    return pace.rate and math.max(1, math.min(PIECE, pace.rate // 50)) or PIECE
end

local function corrupt(data, first, at)
    local place = at - first + 1
    if place < 1 or place > #data then
        return data
    end
    local other = string.char(data:byte(place) ~ 0x5a)
    return data:sub(1, place - 1) .. other .. data:sub(place + 1)
end

local function account(answer, count)
    answer.sent = answer.sent + count
    gate.sent = gate.sent + count
end

-- Sends `count` bytes that `read` gives, up to PIECE at a time. False when one side is gone.
local function pass(client, answer, pace, count, read)
    local left = count
    while left > 0 do
        if not keep_pace(client, pace, math.min(left, piece_size(pace))) then
            return false
        end
        local most = pass_gate(client, math.min(left, piece_size(pace)))
        local data = most and read(most)
        if not data then
            return false
        end
        account(answer, #data)
        if not client:send(data) then
            return false
        end
        left = left - #data
    end
    return true
end

local function padding(most)
    return ("\xee"):rep(most)
end

local function reader(upstream, answer, fault)
    local wrong_at
    if fault and fault.kind == "corrupt" then
        wrong_at = fault.value or answer.offset + fault.after
    end
    return function(most)
        local at = answer.offset + answer.sent
        local data = upstream:some(most)
        return data and wrong_at and corrupt(data, at, wrong_at) or data
    end
end

-- What is done after the first bytes of the body; false where that ends the connection.
local strike = {
    close = function() return false end,
    reset = function(client)
        client:drop("reset")
        return false
    end,
    stall = function(client)
        return client:stays()
    end,
    trickle = function(client, answer, fault, rest, read)
        return pass(client, answer, { rate = fault.value }, rest, read)
    end,
}

local function announced(length, fault)
    local kind = fault and fault.kind
    if kind == "larger" then
        return length + fault.value
    elseif kind == "smaller" then
        return math.max(0, length - fault.value)
    end
    return length
end

-- Passes `length` bytes of upstream on. `answer`: { door =, offset =, sent = }. False where the
-- connection cannot be used any more.
function body.pass(client, upstream, answer, length, fault)
    local door = answer.door
    local read = reader(upstream, answer, fault)
    local promised = announced(length, fault)
    if not client:send(("OK %d\n"):format(promised)) then
        return false
    end
    local before = math.min(length, promised)
    if fault and strike[fault.kind] then
        before = fault.after
    end
    if not pass(client, answer, door.pace, before, read) then
        return false
    elseif fault and strike[fault.kind] then
        return strike[fault.kind](client, answer, fault, length - before, read)
    elseif promised > length then
        return pass(client, answer, door.pace, promised - length, padding)
    elseif fault and fault.kind == "surplus" then
        return pass(client, answer, door.pace, fault.value, padding)
    end
    return promised == length
end

return body
