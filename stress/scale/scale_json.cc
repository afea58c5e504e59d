// The JSON lines of scale results. See scale_text.h.

#include <nlohmann/json.hpp>

#include "stress/scale/scale_text.h"

namespace epollcheck::scale {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

Json estimate_json(const Estimate& estimate) {
    return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

Json points_json(const Series& series) {
    Json points = Json::array();
    for (const Point& point : series.points) {
        if (!point.costs.empty()) {
            Json one = {{"size", point.size}};
            one.update(estimate_json(estimate_quantile(point.costs, 0.5)));
            points.push_back(one);
        }
    }
    return points;
}

Json series_json(const SeriesResult& result) {
    const Statement& statement = result.statement;
    return {{"record", "series"},
            {"name", result.series.name},
            {"cost", result.expected->cost},
            {"against", result.expected->against},
            {"unit", "ns"},
            {"points", points_json(result.series)},
            {"stated", growth_name(statement.growth)},
            {"reason", statement.reason},
            {"fit",
             {{"growth", growth_name(statement.fit.growth)},
              {"base", statement.fit.base},
              {"slope", statement.fit.slope},
              {"error", statement.fit.error}}},
            {"factor", estimate_json(statement.factor)},
            {"expected", growth_name(result.expected->growth)},
            {"verdict", verdict_name(result.verdict)}};
}

Json figure_json(const FigureResult& result) {
    Json record = {{"record", "figure"}, {"name", result.figure.name}};
    record.update(estimate_json(result.figure.value));
    record.update({{"unit", result.figure.unit},
                   {"note", result.figure.note},
                   {"verdict", verdict_name(result.verdict)}});
    return record;
}

}  // namespace

std::string scale_json(const ScaleHeader& header, const ScaleResult& result, int exit_code) {
    std::string text =
        Json{{"record", "scale"},       {"schema", kSchema},       {"target", header.target},
             {"kernel", header.kernel}, {"rounds", result.rounds}, {"seconds", result.seconds},
             {"notes", result.notes}}
            .dump() +
        "\n";
    for (const SeriesResult& one : result.series) {
        text += series_json(one).dump() + "\n";
    }
    for (const FigureResult& one : result.figures) {
        text += figure_json(one).dump() + "\n";
    }
    return text +
           Json{{"record", "scale-summary"},
                {"exit_code", exit_code},
                {"interrupted", result.interrupted}}
               .dump() +
           "\n";
}

}  // namespace epollcheck::scale
