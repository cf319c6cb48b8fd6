#include "kv/etcd/store_failure.h"

#include <string>
#include <string_view>

namespace ordinal::kv {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Error Unreachable(const std::string& cause) {
  return Error(sqlstate::kConnectionFailure, "the store cannot be reached: " + cause)
      .Hint(
          "Check that a majority of the etcd members is running and reachable from this node, then try "
          "again.");
}

StoreFailure TooManyOperations() {
  return {FailureKind::kRefused,
          Error(sqlstate::kProgramLimitExceeded, "the transaction has more operations than etcd allows")
              .Hint("Start the etcd members with a larger --max-txn-ops (20000 is enough for 3,000 rows), or "
                    "change fewer rows in one transaction.")};
}

StoreFailure TooLarge() {
  return {
      FailureKind::kRefused,
      Error(sqlstate::kProgramLimitExceeded, "the transaction has more bytes than etcd allows")
          .Hint(
              "Start the etcd members with a larger --max-request-bytes (16777216 is enough for 10 MiB), or "
              "change fewer rows in one transaction.")};
}

StoreFailure ExhaustedOf(const std::string& text) {
  if (Contains(text, "database space exceeded")) {
    return {FailureKind::kRefused,
            Error(sqlstate::kDiskFull, "the store is full: etcd's space quota is used up")
                .Hint("Compact and defragment etcd or raise --quota-backend-bytes, then disarm the NOSPACE "
                      "alarm.")};
  }
  if (Contains(text, "larger than max")) return TooLarge();
  return {FailureKind::kBusy,
          Error(sqlstate::kInsufficientResources, "the store is overloaded: " + text)
              .Hint("Try again with fewer clients, or give the etcd members faster disks.")};
}

StoreFailure InvalidArgument(const std::string& text) {
  if (Contains(text, "too many operations")) return TooManyOperations();
  if (Contains(text, "request is too large")) return TooLarge();
  if (Contains(text, "revision in header is old")) {
    return {FailureKind::kTokenEnded,
            Error(sqlstate::kInvalidAuthorizationSpecification, "the store refused this node: " + text)};
  }
  if (Contains(text, "authentication failed")) {
    return {FailureKind::kRefused,
            Error(sqlstate::kInvalidPassword, "the store refused this node's user name or password")};
  }
  if (Contains(text, "user name is empty")) {
    return {FailureKind::kTokenEnded, Error(sqlstate::kInvalidAuthorizationSpecification,
                                            "the store asks for a user name and a password")
                                          .Hint("Give --store-user and --store-password-file.")};
  }
  return {FailureKind::kRefused, Error(sqlstate::kIoError, "the store refused the request: " + text)};
}

StoreFailure OutOfRange(const std::string& text) {
  if (Contains(text, "compacted")) return {FailureKind::kRefused, SnapshotCompacted()};
  return {FailureKind::kBehind, Unreachable(text)};
}

}  // namespace

Error SnapshotCompacted() {
  return Error(sqlstate::kSerializationFailure,
               "the transaction is too old: the store has forgotten its snapshot")
      .Hint("Run the transaction again. etcd's --auto-compaction-retention bounds how long one may last.");
}

StoreFailure Classify(const grpc::Status& status) {
  const std::string& text = status.error_message();
  switch (status.error_code()) {
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return ExhaustedOf(text);
    case grpc::StatusCode::INVALID_ARGUMENT:
      return InvalidArgument(text);
    case grpc::StatusCode::OUT_OF_RANGE:
      return OutOfRange(text);
    case grpc::StatusCode::UNAUTHENTICATED:
      return {FailureKind::kTokenEnded,
              Error(sqlstate::kInvalidAuthorizationSpecification, "the store refused this node: " + text)};
    case grpc::StatusCode::PERMISSION_DENIED:
      return {
          FailureKind::kRefused,
          Error(sqlstate::kInvalidAuthorizationSpecification, "the store refused this node's user: " + text)
              .Hint("Grant the user read and write access to the store's prefix in etcd.")};
    case grpc::StatusCode::NOT_FOUND:
      return {FailureKind::kLeaseGone, Error(sqlstate::kConnectionFailure, "a lease of this node has ended")};
    case grpc::StatusCode::FAILED_PRECONDITION:
      return {FailureKind::kRefused, Error(sqlstate::kIoError, "the store refused the request: " + text)};
    case grpc::StatusCode::DATA_LOSS:
      return {FailureKind::kRefused, Error(sqlstate::kDataCorrupted, "the store is damaged: " + text)};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {FailureKind::kUnreachable, Unreachable("no answer in time")};
    default:
      return {FailureKind::kUnreachable, Unreachable(text)};
  }
}

}  // namespace ordinal::kv
