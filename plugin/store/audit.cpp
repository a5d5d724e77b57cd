#include "plugin/store/audit.h"

#include <array>
#include <utility>

namespace plumbline::store {
namespace {

constexpr std::array kTexts{&AuditRow::at,     &AuditRow::kind, &AuditRow::service,      &AuditRow::client,
                            &AuditRow::issuer, &AuditRow::jti,  &AuditRow::hookInstance, &AuditRow::patient,
                            &AuditRow::who,    &AuditRow::tier, &AuditRow::pathways,     &AuditRow::cards,
                            &AuditRow::pack};
constexpr std::array kNumbers{&AuditRow::microseconds, &AuditRow::held};
constexpr int kFirst = 2;  ///< of the texts among the values; the number of the row is 1
constexpr int kAfterTexts = kFirst + static_cast<int>(kTexts.size());
constexpr int kHash = kAfterTexts + static_cast<int>(kNumbers.size());

constexpr std::string_view kColumns =
    "number, at, kind, service, client, issuer, jti, hookInstance, patient, who, tier, pathways, cards, "
    "pack, microseconds, held, hash";

/// What a row's hash is of: the hash before it, then each value with its length before it, so that two rows
/// that differ never have one text.
std::string canonical(const std::string& before, std::int64_t number, const AuditRow& row) {
  constexpr std::size_t kUsualBytes = 1024;
  std::string text;
  text.reserve(kUsualBytes);
  text = before;
  const auto put = [&](const std::string& value) {
    text.append(std::to_string(value.size())).append(":").append(value).append(",");
  };
  put(std::to_string(number));
  for (const auto each : kTexts) put(row.*each);
  for (const auto each : kNumbers) put(std::to_string(row.*each));
  return text;
}

std::string chained(const std::string& before, std::int64_t number, const AuditRow& row) {
  return sha256(canonical(before, number, row));
}

std::string sealed(const Key& key, std::int64_t number, const std::string& hash) {
  return key.mac("seal " + std::to_string(number) + " " + hash);
}

AuditRow rowOf(const Statement& found) {
  AuditRow row;
  int column = kFirst - 1;
  for (const auto each : kTexts) row.*each = found.text(column++);
  for (const auto each : kNumbers) row.*each = found.number(column++);
  return row;
}

}  // namespace

AuditChain::AuditChain(Database& database, const Key& key)
    : database_(database),
      key_(key),
      insert_(database.prepare("INSERT INTO audit (" + std::string(kColumns) +
                               ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)")) {
  Statement head = database.prepare("SELECT number, hash, mac FROM seal");
  if (head.next() && head.text(2) == sealed(key, head.number(0), head.text(1))) {
    number_ = head.number(0);
    hash_ = head.text(1);
    return;
  }
  number_ = database.number("SELECT max(number) FROM audit");
  // A seal that somebody took away or made is not renewed as if nothing had happened: the next row follows on
  // none, and verifyAudit names it.
  if (number_ > 0) hash_ = "no seal";
}

bool chainHolds(const Database& database, const ChainEnd& end) {
  Statement found = database.prepare("SELECT hash FROM audit WHERE number = ?1");
  return found.bind(1, end.number).next() && found.text(0) == end.hash;
}

void AuditChain::add(AuditRow row) {
  for (const auto each : kTexts)
    row.*each = storable(std::move(row.*each));  // what is hashed is what is kept
  hash_ = chained(hash_, ++number_, row);
  insert_.bind(1, number_);
  int at = kFirst;
  for (const auto each : kTexts) insert_.bind(at++, row.*each);
  for (const auto each : kNumbers) insert_.bind(at++, row.*each);
  insert_.bind(kHash, hash_);
  insert_.run();
}

void AuditChain::seal() {
  database_.run("DELETE FROM seal");
  Statement write = database_.prepare("INSERT INTO seal (number, hash, mac) VALUES (?1, ?2, ?3)");
  write.bind(1, number_).bind(2, hash_).bind(3, sealed(key_, number_, hash_)).run();
}

AuditVerdict verifyAudit(Database& database, const Key& key) {
  AuditVerdict verdict;
  const auto broken = [&](std::int64_t number, std::string problem) {
    verdict.brokenAt = number;
    verdict.problem = std::move(problem);
    return verdict;
  };
  const Snapshot rowsAndSeal(database);
  Statement rows = database.prepare("SELECT " + std::string(kColumns) + " FROM audit ORDER BY number");
  while (rows.next()) {
    const std::int64_t number = rows.number(0);
    if (number != verdict.rows + 1) return broken(verdict.rows + 1, "is missing");
    const std::string hash = chained(verdict.hash, number, rowOf(rows));
    if (hash != rows.text(kHash - 1)) return broken(number, "is not as it was written");
    verdict.hash = hash;
    ++verdict.rows;
  }
  Statement head = database.prepare("SELECT number, hash, mac FROM seal");
  const bool any = head.next();
  if (!any) return broken(verdict.rows, "is the last, and the seal over it is gone");
  if (head.text(2) != sealed(key, head.number(0), head.text(1)))
    return broken(head.number(0), "is the last by a seal that was not made with this directory's key");
  if (head.number(0) > verdict.rows) return broken(verdict.rows + 1, "is missing at the end");
  if (head.number(0) < verdict.rows) return broken(head.number(0) + 1, "is behind the sealed end");
  if (head.text(1) != verdict.hash) return broken(verdict.rows, "is not the row that was sealed");
  return verdict;
}

}  // namespace plumbline::store
