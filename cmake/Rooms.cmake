# Compiler settings for the project's own code, and the two functions by which rooms and their unit tests are built.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# -O3 doubles the build time and measures no faster here.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

add_library(ordinal_options INTERFACE)
target_include_directories(ordinal_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(ordinal_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror
  $<$<COMPILE_LANGUAGE:CXX>:-Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual>
  # g++ 12 warns wrongly about std::string operator+ (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(ORDINAL_FUZZ)
  # Instruments the rooms for libFuzzer, whose own main only the targets link. Warnings are g++'s affair.
  target_compile_options(ordinal_options INTERFACE -fsanitize=fuzzer-no-link -Wno-error)
endif()
if(ORDINAL_SANITIZE)
  target_compile_options(ordinal_options INTERFACE
    -fsanitize=${ORDINAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ordinal_options INTERFACE -fsanitize=${ORDINAL_SANITIZE})
endif()

# add_room(NAME [LINK libraries...]) builds src/NAME/*.cc, without sub-rooms, as the static library room_NAME.
# Sub-folders that are parts of the room, not rooms of their own, are named by PARTS.
function(add_room name)
  cmake_parse_arguments(ROOM "" "" "LINK;PARTS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cc ${CMAKE_SOURCE_DIR}/src/${name}/*.c)
  foreach(part ${ROOM_PARTS})
    file(GLOB part_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/${part}/*.cc)
    list(APPEND sources ${part_sources})
  endforeach()
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(NOT sources)
    return()
  endif()
  string(REPLACE "/" "_" target "room_${name}")
  add_library(${target} STATIC ${sources})
  target_link_libraries(${target} PUBLIC ordinal_options ${ROOM_LINK})
endfunction()

# add_protocol(FOLDER NAME) generates C++ from src/FOLDER/NAME.proto, as the library protocol_NAME.
function(add_protocol folder name)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/${name}.proto)
  set(out ${CMAKE_BINARY_DIR}/generated/${folder})
  file(MAKE_DIRECTORY ${out})
  set(outputs ${out}/${name}.pb.cc ${out}/${name}.pb.h ${out}/${name}.grpc.pb.cc ${out}/${name}.grpc.pb.h)
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND protobuf::protoc --proto_path=${CMAKE_CURRENT_SOURCE_DIR}/${folder} --cpp_out=${out} --grpc_out=${out}
            --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} ${source}
    DEPENDS ${source})
  add_library(protocol_${name} STATIC ${outputs})
  # Generated code need not pass the project's warnings.
  target_include_directories(protocol_${name} SYSTEM PUBLIC ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(protocol_${name} PUBLIC protobuf::libprotobuf gRPC::grpc++)
endfunction()

# add_room_test(NAME [LINK libraries...]) builds tests/unit/NAME/*_test.cc as one GoogleTest program, unit_NAME.
function(add_room_test name)
  cmake_parse_arguments(ROOM "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${name}/*_test.cc)
  if(NOT sources)
    return()
  endif()
  string(REPLACE "/" "_" suffix "${name}")
  add_executable(unit_${suffix} ${sources})
  target_include_directories(unit_${suffix} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(unit_${suffix} PRIVATE room_${suffix} ${ROOM_LINK} GTest::gtest_main GTest::gmock)
  gtest_discover_tests(unit_${suffix} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
