# Builds Windows programs for x86-64 on another system, by mingw-w64:
#   cmake -S . -B build-windows -DCMAKE_TOOLCHAIN_FILE=ci/mingw-w64-x86_64.cmake
# MINGW_SYSROOT, in the environment, may name a folder with more libraries (cmocka for the tests).
# With Wine installed, ctest runs what was built.

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

# Debian's full name of the variant with Windows' own threads; the other one needs
# libwinpthread-1.dll beside each program. Elsewhere there is only the plain name.
find_program(MCDN_MINGW_GCC NAMES x86_64-w64-mingw32-gcc-win32 x86_64-w64-mingw32-gcc REQUIRED)
set(CMAKE_C_COMPILER ${MCDN_MINGW_GCC})
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32 $ENV{MINGW_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# printf as C99 has it (%zu, %lld), which this compiler's default C library does not know.
set(CMAKE_C_FLAGS_INIT "-D__USE_MINGW_ANSI_STDIO=1")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static-libgcc")

find_program(MCDN_WINE wine)
if(MCDN_WINE)
    set(CMAKE_CROSSCOMPILING_EMULATOR ${MCDN_WINE})
endif()
