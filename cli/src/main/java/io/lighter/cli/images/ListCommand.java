package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.template.TableFormat;
import io.lighter.images.docker.HumanUnits;
import io.lighter.images.docker.ImageFilter;
import io.lighter.images.docker.ImageSummary;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.cli.Option;
import org.jspecify.annotations.Nullable;

/** {@code lighter images}. */
final class ListCommand implements ImageCommand {
  private static final String NONE = "<none>";
  private static final String TABLE =
      "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
  private static final String WITH_DIGESTS =
      "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
  private static final DateTimeFormatter CREATED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z z", Locale.ROOT);

  private final String name;

  ListCommand(String name) {
    this.name = name;
  }

  @Override
  public String usage() {
    return name + " [OPTIONS] [REPOSITORY[:TAG]]";
  }

  @Override
  public String description() {
    return "List images";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        onOff("a", "all", "Show all images (there are no hidden ones)"),
        onOff("", "digests", "Show digests"),
        valued(
            "f", "filter", "filter", "Filter by dangling, label, before, since, until, reference"),
        valued("", "format", "string", "table, table TEMPLATE, json, or a template"),
        onOff("", "no-trunc", "Do not shorten ids"),
        onOff("q", "quiet", "Show ids only"));
  }

  @Override
  public int least() {
    return 0;
  }

  @Override
  public int most() {
    return 1;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    ImageStore store = session.store();
    Instant now = Instant.now();
    ImageFilter filter = filter(new ImageFilter(store, now), flags.all("filter"));
    if (!flags.operands().isEmpty()) {
      filter.add("reference", flags.operands().getFirst());
    }
    List<ImageSummary> images = filter.apply(ImageSummary.list(store));
    boolean full = flags.isOn("no-trunc", false);
    boolean digests = flags.isOn("digests", false);
    String format = flags.last("format");
    if (flags.isOn("quiet", false) && format == null) {
      Set<String> ids = new LinkedHashSet<>();
      images.forEach(image -> ids.add(id(image, full)));
      ids.forEach(session.out()::println);
      return 0;
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    boolean wantsDigests = digests || (format != null && format.contains(".Digest"));
    for (ImageSummary image : images) {
      rows.addAll(rows(image, now, full, wantsDigests));
    }
    TableFormat table =
        TableFormat.of(format == null ? "" : format, digests ? WITH_DIGESTS : TABLE);
    session.out().print(table.print(titles(), rows));
    return 0;
  }

  static ImageFilter filter(ImageFilter filter, List<String> values) throws IOException {
    for (String value : values) {
      // label!=x has its sign before the equals sign, which belongs to the name.
      int equals = value.indexOf('=');
      if (equals < 1) {
        throw new UsageException("invalid argument \"" + value + "\": a filter is name=value");
      }
      String name = value.substring(0, equals);
      filter.add(name, value.substring(equals + 1));
    }
    return filter;
  }

  private static Map<String, String> titles() {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("Repository", "REPOSITORY");
    titles.put("Tag", "TAG");
    titles.put("Digest", "DIGEST");
    titles.put("ID", "IMAGE ID");
    titles.put("CreatedSince", "CREATED");
    titles.put("CreatedAt", "CREATED AT");
    titles.put("Size", "SIZE");
    titles.put("Containers", "CONTAINERS");
    titles.put("VirtualSize", "SIZE");
    titles.put("SharedSize", "SHARED SIZE");
    titles.put("UniqueSize", "UNIQUE SIZE");
    return titles;
  }

  /** A row for each tag, one without a tag for a repository with digests only, or one of none. */
  private static List<Map<String, Object>> rows(
      ImageSummary image, Instant now, boolean full, boolean digests) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Reference tag : image.tags()) {
      Reference digest =
          image.digests().stream()
              .filter(name -> name.name().equals(tag.name()))
              .findFirst()
              .orElse(null);
      rows.add(row(image, tag, digest, now, full));
    }
    for (Reference digest : image.digests()) {
      boolean shown = image.tags().stream().anyMatch(tag -> tag.name().equals(digest.name()));
      if (!shown && (digests || rows.isEmpty())) {
        rows.add(row(image, null, digest, now, full));
      }
    }
    if (rows.isEmpty()) {
      rows.add(row(image, null, null, now, full));
    }
    return rows;
  }

  private static Map<String, Object> row(
      ImageSummary image,
      @Nullable Reference tag,
      @Nullable Reference digest,
      Instant now,
      boolean full) {
    Reference named = tag == null ? digest : tag;
    Instant created = Instant.ofEpochSecond(image.created());
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("Containers", "N/A");
    row.put("CreatedAt", CREATED.format(created.atZone(ZoneId.systemDefault())));
    row.put("CreatedSince", ago(image, now));
    row.put("Digest", digest == null ? NONE : String.valueOf(digest.digest()));
    row.put("ID", id(image, full));
    row.put("Repository", named == null ? NONE : named.familiarName());
    row.put("SharedSize", "N/A");
    row.put("Size", HumanUnits.size(image.image().size()));
    row.put("Tag", tag == null ? NONE : String.valueOf(tag.tag()));
    row.put("UniqueSize", "N/A");
    row.put("VirtualSize", HumanUnits.size(image.image().size()));
    return row;
  }

  private static String ago(ImageSummary image, Instant now) {
    if (image.created() <= 0) {
      return "N/A";
    }
    return HumanUnits.duration(Duration.between(Instant.ofEpochSecond(image.created()), now))
        + " ago";
  }

  private static String id(ImageSummary image, boolean full) {
    return full ? image.image().id().toString() : image.image().id().shortHex();
  }
}
