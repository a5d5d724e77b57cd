// Prints the answer of a CDS service as a person reads it: `print_card < answer.json`.
// Exit code 0, or 1 when the input holds no list of cards; then it is printed as it came.
#include <algorithm>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "fhir/json.h"

namespace {

using plumbline::fhir::Json;

constexpr std::size_t kColumns = 100;

std::string textOr(Json object, std::string_view key) {
  return std::string(plumbline::fhir::text(object, key).value_or(""));
}

/// One line of Markdown, broken between words; what continues a bullet stands under its text.
void wrapped(std::string_view line) {
  const std::string_view indent = line.starts_with("- ") ? "    " : "  ";
  std::string row = "  ";
  bool first = true;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (!first && row.size() + 1 + end > kColumns) {
      std::cout << row << "\n";
      row = indent;
      first = true;
    }
    if (!first) row += ' ';
    row += line.substr(0, end);
    first = false;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  std::cout << row << "\n";
}

/// The detail of a card: headings, bullets and paragraphs; blank lines only before headings.
void detail(std::string_view markdown) {
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    std::string_view line = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    if (line.size() > 4 && line.starts_with("**") && line.ends_with("**")) {
      std::cout << "\n" << line.substr(2, line.size() - 4) << "\n";
    } else if (!line.empty()) {
      wrapped(line);
    }
  }
}

void labels(Json card, std::string_view key, std::string_view heading, std::string_view member) {
  if (!plumbline::fhir::has(card, key)) return;
  std::cout << "\n" << heading << "\n";
  plumbline::fhir::forEach(card, key, [&](Json each) { wrapped("- " + textOr(each, member)); });
}

void print(Json card) {
  std::cout << "[" << textOr(card, "indicator") << "] " << textOr(card, "summary") << "\n";
  detail(textOr(card, "detail"));
  labels(card, "suggestions", "Suggestions", "label");
  labels(card, "overrideReasons", "Reasons to override", "display");
}

}  // namespace

int main() {
  const std::string answer(std::istreambuf_iterator<char>(std::cin), {});
  const auto document = plumbline::fhir::JsonDocument::parse(answer);
  if (!document || !plumbline::fhir::has(document->root(), "cards")) {
    std::cout << answer << "\n";
    return 1;
  }
  bool any = false;
  plumbline::fhir::forEach(document->root(), "cards", [&](Json card) {
    any = true;
    print(card);
  });
  if (!any) std::cout << "No card: nothing to say about this chart.\n";
  return 0;
}
