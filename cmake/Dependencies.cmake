# Finds what Debian packages provide; docs/dependencies.md says what each is for.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(absl REQUIRED)
find_package(RocksDB REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(Boost 1.74 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)

find_path(PG_QUERY_INCLUDE pg_query.h REQUIRED)
find_library(PG_QUERY_LIBRARY NAMES pg_query REQUIRED)
find_path(PG_SERVER_INCLUDE nodes/parsenodes.h PATHS /usr/include/postgresql/15/server REQUIRED)
add_library(pg_query INTERFACE)
target_include_directories(pg_query SYSTEM INTERFACE ${PG_QUERY_INCLUDE} ${PG_SERVER_INCLUDE})
target_link_libraries(pg_query INTERFACE ${PG_QUERY_LIBRARY})

find_path(ASIO_INCLUDE asio.hpp REQUIRED)
add_library(asio INTERFACE)
target_include_directories(asio SYSTEM INTERFACE ${ASIO_INCLUDE})
# Left to itself, asio decides on aligned allocation by what was included before it, differently from file to file.
target_compile_definitions(asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_HAS_STD_ALIGNED_ALLOC=1)
if(ORDINAL_SANITIZE MATCHES "thread")
  # The thread sanitizer does not know fences; asio's queues are ordered by their mutex anyway.
  target_compile_definitions(asio INTERFACE ASIO_DISABLE_FENCED_BLOCK)
endif()
target_link_libraries(asio INTERFACE Threads::Threads)

if(ORDINAL_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
