#pragma once

#include <list>

#include "plugin/fetch/fetcher.h"

namespace plumbline::fetch {

/// The fetching for one request: all its searches, on the caller's thread, until `until`.
class Round {
 public:
  Round(Server& server, const Policy& policy, const BearerToken& token, const http::Trace* trace,
        std::atomic<std::uint64_t>& inFlight);
  ~Round();
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  std::vector<Fetched> run(std::vector<Wanted> wanted, Clock::time_point until);

 private:
  struct Search {
    Search(Wanted itsWanted, const Base& base, const PageLimits& limits);

    Wanted wanted;
    Paging paging;
    Fetched fetched;
    std::string target;     ///< of the page that is asked for
    std::size_t tried = 0;  ///< addresses that did not connect
    bool fresh = false;     ///< an idle connection turned out closed: take a new one
    bool over = false;
    std::unique_ptr<Exchange> exchange;
  };

  void start(Search& search);
  void proceed(Search& search, Clock::time_point until);
  void finish(Search& search);
  void turnPage(Search& search, const ResponseReader& response);
  void end(Search& search, Why why);
  bool wait(Clock::time_point until);
  bool overweight();
  [[nodiscard]] std::string request(const std::string& target) const;

  Server& server_;
  const Policy& policy_;
  const BearerToken& token_;
  const http::Trace* const trace_;  ///< null: none to tell of
  std::atomic<std::uint64_t>& inFlight_;
  std::vector<Address> addresses_;
  std::list<Search> searches_;
  std::uint64_t read_ = 0;  ///< bytes of pages already read
  std::uint64_t held_ = 0;  ///< our share of inFlight_
  bool answered_ = false;   ///< the server said anything but that it failed
};

}  // namespace plumbline::fetch
