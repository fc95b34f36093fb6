-- Writes a value as JSON: numbers, strings, booleans, arrays, and tables with string keys in order.

local json = {}

local function quote(text)
    return '"' .. text:gsub('[%c"\\]', function(c)
        return ("\\u%04x"):format(c:byte())
    end) .. '"'
end

local function number(value)
    if math.type(value) == "integer" then
        return tostring(value)
    end
    return value == value and math.abs(value) < math.huge and ("%.10g"):format(value) or "null"
end

local encode

local function array(value, indent)
    local parts = {}
    for at, item in ipairs(value) do
        parts[at] = encode(item, indent)
    end
    return "[" .. table.concat(parts, ", ") .. "]"
end

local function object(value, indent)
    local keys, parts, deeper = {}, {}, indent .. "  "
    for key in pairs(value) do
        keys[#keys + 1] = key
    end
    table.sort(keys)
    for at, key in ipairs(keys) do
        parts[at] = ("%s%s: %s"):format(deeper, quote(key), encode(value[key], deeper))
    end
    return "{\n" .. table.concat(parts, ",\n") .. "\n" .. indent .. "}"
end

function encode(value, indent)
    if type(value) == "table" then
        if #value > 0 or next(value) == nil then
            return array(value, indent)
        end
        return object(value, indent)
    elseif type(value) == "number" then
        return number(value)
    elseif type(value) == "string" then
        return quote(value)
    end
    return tostring(value)
end

function json.encode(value)
    return encode(value, "") .. "\n"
end

return json
