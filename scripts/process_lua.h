/*
 * What the parts of the Lua module share.
 */
#ifndef PROCESS_LUA_H
#define PROCESS_LUA_H

#include <lua.h>

#if defined(_MSC_VER)
#define PROCESS_EXPORT __declspec(dllexport)
#else
#define PROCESS_EXPORT
#endif

/* Pushes nil and the text of a plat error, and returns 2, the number of results. */
int process_push_error(lua_State *L, int error);

/* The functions that `require` looks for: the names are Lua's, one for each module. */
PROCESS_EXPORT int luaopen_process(lua_State *L);
PROCESS_EXPORT int luaopen_process_folder(lua_State *L);
PROCESS_EXPORT int luaopen_process_hash(lua_State *L);

#endif
