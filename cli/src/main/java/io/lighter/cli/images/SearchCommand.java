package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.template.TableFormat;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.SearchResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.commons.cli.Option;

/** {@code lighter search}. */
final class SearchCommand implements ImageCommand {
  private static final String TABLE =
      "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";
  private static final int SHORT_DESCRIPTION = 45;

  @Override
  public String usage() {
    return "search [OPTIONS] TERM";
  }

  @Override
  public String description() {
    return "Look for images in a registry's index";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        valued("f", "filter", "filter", "Only those that pass: stars=N, is-official=true"),
        valued("", "format", "string", "table, table TEMPLATE, json, or a template"),
        valued("", "limit", "int", "How many at most, 1 to 100 (default 25)"),
        onOff("", "no-trunc", "Do not shorten"));
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public int most() {
    return 1;
  }

  @Override
  public int run(Flags flags, ImageSession session) {
    long limit = flags.number("limit", 25);
    if (limit < 1 || limit > 100) {
      throw new UsageException("limit " + limit + " is outside the range of [1, 100]");
    }
    Predicate<SearchResult> filter = filter(flags.all("filter"));
    String operand = flags.operands().getFirst();
    int slash = operand.indexOf('/');
    boolean named = slash > 0 && operand.substring(0, slash).matches(".*[.:].*|localhost");
    String domain = named ? operand.substring(0, slash) : Reference.DEFAULT_DOMAIN;
    String term = named ? operand.substring(slash + 1) : operand;
    List<SearchResult> results;
    try (Registries registries = RegistryAccess.open(session)) {
      results = registries.registry(domain).search(term, (int) limit);
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (SearchResult result : results) {
      if (filter.test(result)) {
        rows.add(row(result, flags.isOn("no-trunc", false)));
      }
    }
    String format = flags.last("format");
    session.out().print(TableFormat.of(format == null ? "" : format, TABLE).print(titles(), rows));
    return 0;
  }

  private static Predicate<SearchResult> filter(List<String> filters) {
    Predicate<SearchResult> all = result -> true;
    for (String filter : filters) {
      all = all.and(filter(filter));
    }
    return all;
  }

  private static Predicate<SearchResult> filter(String filter) {
    if (filter.matches("stars=[0-9]{1,9}")) {
      int least = Integer.parseInt(filter.substring("stars=".length()));
      return result -> result.stars() >= least;
    }
    if (filter.equals("is-official=true") || filter.equals("is-official=false")) {
      boolean wanted = filter.endsWith("true");
      return result -> result.official() == wanted;
    }
    throw new UsageException("invalid filter '" + filter + "'");
  }

  private static Map<String, String> titles() {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("Name", "NAME");
    titles.put("Description", "DESCRIPTION");
    titles.put("StarCount", "STARS");
    titles.put("IsOfficial", "OFFICIAL");
    return titles;
  }

  private static Map<String, Object> row(SearchResult result, boolean full) {
    String text = result.description().replaceAll("[\\r\\n\\t]+", " ");
    boolean cut = !full && text.length() > SHORT_DESCRIPTION;
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("Description", cut ? text.substring(0, SHORT_DESCRIPTION - 1) + "…" : text);
    row.put("IsOfficial", result.official() ? "[OK]" : "");
    row.put("Name", result.name());
    row.put("StarCount", String.valueOf(result.stars()));
    return row;
  }
}
