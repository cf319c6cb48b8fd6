#include "jobs/job.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "jobs/job_id.h"
#include "keys/key_space.h"

namespace ordinal::jobs {
namespace {

using Json = nlohmann::json;

constexpr base::Oid kPgClass = 1259;
constexpr base::Oid kPgConstraint = 2606;

Json::binary_t Bytes(const std::string& text) {
  return Json::binary_t(std::vector<std::uint8_t>(text.begin(), text.end()));
}

std::string TextOf(const Json& json) {
  const auto& bytes = json.get_binary();
  return {bytes.begin(), bytes.end()};
}

template <typename Enum>
Enum Checked(int number, Enum last) {
  if (number < 0 || number > static_cast<int>(last)) {
    throw base::Error(base::sqlstate::kDataCorrupted, "the record of a job is damaged");
  }
  return static_cast<Enum>(number);
}

}  // namespace

void Job::Claim(std::uint64_t node, std::int64_t now_micros) {
  ORDINAL_CHECK(!is_over());
  status = Status::kProcessing;
  owner = node;
  updated_micros = now_micros;
}

void Job::Advance(std::string to, std::int64_t now_micros) {
  ORDINAL_CHECK(!is_over());
  after = std::move(to);
  updated_micros = now_micros;
}

void Job::Complete(std::int64_t now_micros) {
  ORDINAL_CHECK(!is_over());
  status = Status::kCompleted;
  after.clear();
  updated_micros = now_micros;
}

void Job::Fail(std::string why, std::int64_t now_micros) {
  ORDINAL_CHECK(!is_over());
  status = Status::kFailed;
  details = std::move(why);
  after.clear();
  updated_micros = now_micros;
}

std::string_view NameOf(Status status) {
  switch (status) {
    case Status::kSubmitted:
      return "submitted";
    case Status::kProcessing:
      return "processing";
    case Status::kCompleted:
      return "completed";
    case Status::kFailed:
      return "failed";
  }
  return "";
}

std::string_view NameOf(Type type) {
  return type == Type::kIndexBuild ? "INDEX_BUILD" : "VALIDATE_CONSTRAINT";
}

base::Oid ClassOf(Type type) { return type == Type::kIndexBuild ? kPgClass : kPgConstraint; }

// Row keys and names may be any bytes, so the stored form is CBOR.
std::string EncodeJob(const Job& job) {
  const Json json = {{"id", job.id},
                     {"type", static_cast<int>(job.type)},
                     {"status", static_cast<int>(job.status)},
                     {"details", job.details},
                     {"table", job.table},
                     {"object", job.object},
                     {"name", job.object_name},
                     {"after", Json::binary(Bytes(job.after))},
                     {"owner", job.owner},
                     {"started", job.started_micros},
                     {"updated", job.updated_micros}};
  std::string bytes;
  Json::to_cbor(json, bytes);
  return bytes;
}

Job DecodeJob(std::string_view bytes) {
  try {
    const Json json = Json::from_cbor(bytes);
    Job job;
    job.id = json.at("id").get<std::string>();
    job.type = Checked(json.at("type").get<int>(), Type::kValidateConstraint);
    job.status = Checked(json.at("status").get<int>(), Status::kFailed);
    job.details = json.at("details").get<std::string>();
    job.table = json.at("table").get<base::Oid>();
    job.object = json.at("object").get<base::Oid>();
    job.object_name = json.at("name").get<std::string>();
    job.after = TextOf(json.at("after"));
    job.owner = json.at("owner").get<std::uint64_t>();
    job.started_micros = json.at("started").get<std::int64_t>();
    job.updated_micros = json.at("updated").get<std::int64_t>();
    return job;
  } catch (const Json::exception&) {
    throw base::Error(base::sqlstate::kDataCorrupted, "the record of a job is damaged");
  }
}

std::string Submit(const sql::JobRequest& request, txn::Transaction& transaction, base::RandomSource& random,
                   std::int64_t now_micros) {
  Job job;
  job.id = MakeJobId(random);
  job.type =
      request.kind == sql::JobRequest::Kind::kBuildIndex ? Type::kIndexBuild : Type::kValidateConstraint;
  job.table = request.table;
  job.object = request.object;
  job.object_name = request.name;
  job.started_micros = job.updated_micros = now_micros;
  transaction.Put(keys::JobKey(job.id), EncodeJob(job));
  return job.id;
}

}  // namespace ordinal::jobs
