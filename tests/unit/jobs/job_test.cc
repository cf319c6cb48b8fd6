#include "jobs/job.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "jobs/job_id.h"

namespace ordinal::jobs {
namespace {

Job MakeJob() {
  Job job;
  job.id = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
  job.type = Type::kValidateConstraint;
  job.table = 20000;
  job.object = 20001;
  job.object_name = "public.t_check";
  job.after = std::string("t\0\xff\x80 ", 5);
  job.started_micros = job.updated_micros = 5;
  return job;
}

TEST(JobTest, GoesThroughItsStates) {
  Job job = MakeJob();
  EXPECT_EQ(NameOf(job.status), "submitted");
  EXPECT_FALSE(job.is_over());
  job.Claim(3, 10);
  EXPECT_EQ(NameOf(job.status), "processing");
  EXPECT_EQ(job.owner, 3U);
  job.Advance("row", 11);
  EXPECT_EQ(job.after, "row");
  job.Claim(4, 12);  // another node takes over where it stands
  EXPECT_EQ(job.owner, 4U);
  EXPECT_EQ(job.after, "row");
  Job other = job;
  job.Complete(13);
  EXPECT_TRUE(job.is_over());
  EXPECT_EQ(NameOf(job.status), "completed");
  EXPECT_EQ(job.updated_micros, 13);
  EXPECT_EQ(job.started_micros, 5);
  other.Fail("why", 14);
  EXPECT_TRUE(other.is_over());
  EXPECT_EQ(NameOf(other.status), "failed");
  EXPECT_EQ(other.details, "why");
}

TEST(JobTest, KeepsAllFieldsInTheStore) {
  Job job = MakeJob();
  job.Claim(7, 9);
  job.Fail("a \"b\" \xc3\xa9", 11);
  job.after = std::string("t\0\xff\x80 ", 5);
  const Job read = DecodeJob(EncodeJob(job));
  EXPECT_EQ(read.id, job.id);
  EXPECT_EQ(read.type, job.type);
  EXPECT_EQ(read.status, job.status);
  EXPECT_EQ(read.details, job.details);
  EXPECT_EQ(read.table, job.table);
  EXPECT_EQ(read.object, job.object);
  EXPECT_EQ(read.object_name, job.object_name);
  EXPECT_EQ(read.after, job.after);
  EXPECT_EQ(read.owner, 7U);
  EXPECT_EQ(read.started_micros, 5);
  EXPECT_EQ(read.updated_micros, 11);
}

TEST(JobTest, RefusesDamagedRecords) {
  const std::string bytes = EncodeJob(MakeJob());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(DecodeJob(bytes.substr(0, size)), base::Error) << size;
  }
  Job job = MakeJob();
  job.type = static_cast<Type>(9);
  EXPECT_THROW(DecodeJob(EncodeJob(job)), base::Error);
}

TEST(JobIdTest, IsAUuidInBase32) {
  base::SystemRandom random;
  const std::string id = MakeJobId(random);
  EXPECT_EQ(id.size(), 26U);
  EXPECT_EQ(ReadJobId(id), id);
  EXPECT_NE(MakeJobId(random), id);
}

TEST(JobIdTest, RefusesOtherTexts) {
  EXPECT_EQ(ReadJobId("AAAAAAAAAAAAAAAAAAAAAAAAAA"), "aaaaaaaaaaaaaaaaaaaaaaaaaa");
  for (const char* text : {"", "x", "aaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaa",
                           "aaaaaaaaaaaaaaaaaaaaaaaaab", "aaaaaaaaaaaaa1aaaaaaaaaaaa"}) {
    try {
      ReadJobId(text);
      FAIL() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.sqlstate(), base::sqlstate::kInvalidTextRepresentation);
      EXPECT_EQ(error.report().message, "Unable to convert text to UUID");
    }
  }
}

}  // namespace
}  // namespace ordinal::jobs
