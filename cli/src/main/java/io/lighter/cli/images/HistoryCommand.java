package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.template.TableFormat;
import io.lighter.images.docker.HumanUnits;
import io.lighter.images.docker.ImageHistory;
import io.lighter.images.store.ImageLookup;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/** {@code lighter history}. */
final class HistoryCommand implements ImageCommand {
  private static final String TABLE =
      "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
  private static final int SHORT_COMMAND = 45;
  private static final int SHORT_ID = 12;

  @Override
  public String usage() {
    return "history [OPTIONS] IMAGE";
  }

  @Override
  public String description() {
    return "Show the steps by which an image came to be";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        valued("", "format", "string", "table, table TEMPLATE, json, or a template"),
        onOff("H", "human", "Sizes and times for people (default true)"),
        onOff("", "no-trunc", "Do not shorten"),
        onOff("q", "quiet", "Show ids only"));
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
  public int run(Flags flags, ImageSession session) throws IOException {
    ImageStore store = session.store();
    List<ImageHistory> history =
        ImageHistory.of(store, new ImageLookup(store).find(flags.operands().getFirst()).image());
    boolean full = flags.isOn("no-trunc", false);
    if (flags.isOn("quiet", false)) {
      history.forEach(step -> session.out().println(id(step, full)));
      return 0;
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (ImageHistory step : history) {
      rows.add(row(step, full, flags.isOn("human", true)));
    }
    String format = flags.last("format");
    session.out().print(TableFormat.of(format == null ? "" : format, TABLE).print(titles(), rows));
    return 0;
  }

  private static Map<String, String> titles() {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("ID", "IMAGE");
    titles.put("CreatedSince", "CREATED");
    titles.put("CreatedAt", "CREATED AT");
    titles.put("CreatedBy", "CREATED BY");
    titles.put("Size", "SIZE");
    titles.put("Comment", "COMMENT");
    return titles;
  }

  private static Map<String, Object> row(ImageHistory step, boolean full, boolean human) {
    Instant created = Instant.ofEpochSecond(step.created());
    String since =
        step.created() <= 0
            ? "N/A"
            : HumanUnits.duration(Duration.between(created, Instant.now())) + " ago";
    String at = created.truncatedTo(ChronoUnit.SECONDS).toString();
    String command = step.createdBy().replace('\t', ' ');
    boolean cut = !full && command.length() > SHORT_COMMAND;
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("Comment", step.comment());
    row.put("CreatedAt", at);
    row.put("CreatedBy", cut ? command.substring(0, SHORT_COMMAND - 1) + "…" : command);
    row.put("CreatedSince", human ? since : at);
    row.put("ID", id(step, full));
    row.put("Size", human ? HumanUnits.size(step.size()) : String.valueOf(step.size()));
    return row;
  }

  private static String id(ImageHistory step, boolean full) {
    String id = step.id();
    int colon = id.indexOf(':');
    return full || colon < 0 ? id : id.substring(colon + 1, colon + 1 + SHORT_ID);
  }
}
