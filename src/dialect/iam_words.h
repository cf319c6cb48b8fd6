// Seam 1, continued: AWS IAM GRANT and AWS IAM REVOKE, of which PostgreSQL's grammar knows the second half.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ordinal::dialect {

// In each statement `AWS IAM GRANT role TO 'arn', ...` and `AWS IAM REVOKE role FROM 'arn', ...` blanks the
// first two words and makes the quotes of the strings those of names, so that it reads as a grant of a role
// to roles. All other bytes stay where they are. Takes any bytes; costs one search where no statement begins
// so.
void ReadIamAsRoles(std::string& sql);

// The strings of such a statement, without quotes; empty for any other statement.
std::vector<std::string> IamArns(std::string_view statement);

}  // namespace ordinal::dialect
