-- Expectations. A failed one shows the scenario's line and the values.

local failure = require("mcdn.failure")

local check = {}

local SHOWN_MAX = 2000

local function show(value)
    if type(value) ~= "string" then
        return tostring(value)
    end
    if #value > SHOWN_MAX then
        return ("%q... (%d bytes)"):format(value:sub(1, SHOWN_MAX), #value)
    end
    return ("%q"):format(value):gsub("\\\n", "\\n")
end

local function differ(relation, actual, expected, what)
    failure.raise(what or "the check failed", {
        "value:    " .. show(actual),
        relation .. " " .. show(expected),
    })
end

function check.equal(actual, expected, what)
    if actual ~= expected then
        differ("expected:", actual, expected, what)
    end
end

function check.truthy(actual, what)
    if not actual then
        differ("expected:", actual, "something true", what)
    end
    return actual
end

function check.at_least(actual, least, what)
    if not actual or actual < least then
        differ("at least:", actual, least, what)
    end
end

function check.at_most(actual, most, what)
    if not actual or actual > most then
        differ("at most: ", actual, most, what)
    end
end

-- Plain text, not a pattern.
function check.contains(text, part, what)
    if type(text) ~= "string" or not text:find(part, 1, true) then
        differ("contains:", text, part, what)
    end
end

function check.lacks(text, part, what)
    if type(text) ~= "string" or text:find(part, 1, true) then
        differ("lacks:   ", text, part, what)
    end
end

function check.matches(text, pattern, what)
    if type(text) ~= "string" or not text:find(pattern) then
        differ("matches: ", text, pattern, what)
    end
end

-- The parts (plain text) occur one after the other.
function check.in_order(text, parts, what)
    local from = 1
    for _, part in ipairs(parts) do
        local _, last = text:find(part, from, true)
        if not last then
            differ("contains, in this order, from byte " .. from .. ":", text, part, what)
        end
        from = last + 1
    end
end

-- Long contents: says where they differ instead of showing them.
function check.same_bytes(actual, expected, what)
    if actual == expected then
        return
    end
    if not actual or #actual ~= #expected then
        differ("expected:", actual and #actual .. " bytes", #expected .. " bytes", what)
    end
    local at = 1
    while actual:byte(at) == expected:byte(at) do
        at = at + 1
    end
    differ("expected:", "byte " .. actual:byte(at), "byte " .. expected:byte(at),
        (what or "contents") .. " differ from byte " .. at .. " on")
end

return check
