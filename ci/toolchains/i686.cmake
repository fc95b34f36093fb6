# Builds for 32-bit x86 on x86-64, by gcc -m32 and Debian's gcc-NN-multilib:
#   cmake -S . -B build-i686 -DCMAKE_TOOLCHAIN_FILE=ci/toolchains/i686.cmake
# What is built runs here, so ctest needs no emulator.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR i686)

# The kernel's headers are the same for both, but only the package gcc-multilib, which excludes the
# other cross compilers, puts them where -m32 looks.
set(CMAKE_C_COMPILER gcc)
set(CMAKE_C_FLAGS_INIT "-m32 -isystem /usr/include/x86_64-linux-gnu")

# The libraries of this machine are for 64 bits.
set(CMAKE_FIND_ROOT_PATH /usr/i686-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
