package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.build.files.ContentDigest;
import io.lighter.images.build.files.CopyRules;
import io.lighter.images.build.files.FileCopy;
import io.lighter.images.build.files.FileFinder;
import io.lighter.images.build.files.FileMode;
import io.lighter.images.build.files.FileTree;
import io.lighter.images.build.files.Selection;
import io.lighter.images.dockerfile.FileFlags;
import io.lighter.images.dockerfile.HereDocument;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.Sources;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.dockerfile.WordExpander;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.MountFlags;
import io.lighter.overlay.OverlayOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** COPY and ADD. Used by one thread. */
final class FileStep implements AutoCloseable {
  private static final OverlayOptions OPTIONS =
      OverlayOptions.THROW_AWAY.withAttributes(
          MountFlags.MOUNT_ATTR_NODEV | MountFlags.MOUNT_ATTR_NOSUID);

  private final BuildRun run;
  private final Linux linux;
  private final Stage stage;
  private final StageState state;
  private final WordExpander expander;
  private final LayerStep step;
  private final List<AutoCloseable> opened = new ArrayList<>();

  FileStep(BuildRun run, Stage stage, StageState state, WordExpander expander, LayerStep step) {
    this.run = run;
    this.linux = run.store().linux();
    this.stage = stage;
    this.state = state;
    this.expander = expander;
    this.step = step;
  }

  /** Returns the layer of a COPY. */
  Digest copy(Instruction.Copy copy) throws IOException {
    FileFlags flags = copy.flags();
    List<String> paths = expanded(copy.sources());
    String destination = destination(copy.sources());
    List<Digest> below = flags.link() ? List.of() : state.layers();
    CopyRules rules = rules(flags);
    OpenedTree source = keep(run.open(stage, copy.from()));
    Digest known = alias(copy, source, paths, destination, below, rules);
    Digest found = known == null ? null : step.find(known);
    if (found != null) {
      run.cache().note(found, Objects.requireNonNull(known));
      return found;
    }
    IgnoreRules excluded = IgnoreRules.of(flags.exclude().stream().map(expander::word).toList());
    List<SourceFiles> files = new ArrayList<>();
    try (FileFinder finder = new FileFinder(linux, source.tree(), excluded, copy.parents())) {
      for (String path : paths) {
        finder.find(path).forEach(selection -> files.add(SourceFiles.copied(selection)));
      }
    }
    addDocuments(copy.sources(), files);
    Digest layer = layer(files, destination, below, rules);
    if (known != null) {
      run.cache().alias(known, layer);
    }
    return layer;
  }

  /** A key that needs no look at files, where it is known beforehand what they are. */
  private @Nullable Digest alias(
      Instruction.Copy copy,
      OpenedTree source,
      List<String> paths,
      String destination,
      List<Digest> below,
      CopyRules rules) {
    List<Digest> layers = source.layers();
    if (layers == null || !copy.sources().documents().isEmpty()) {
      return null;
    }
    return new CacheKey("copy of layers")
        .addLayers(below)
        .addLayers(layers)
        .add(paths)
        .add(destination)
        .add(rules.toString())
        .add(copy.flags().exclude().stream().map(expander::word).toList())
        .add(Boolean.toString(copy.parents()))
        .add(String.valueOf(run.epoch()))
        .digest();
  }

  /** Returns the layer of an ADD. */
  Digest add(Instruction.Add add) throws IOException {
    FileFlags flags = add.flags();
    List<String> paths = expanded(add.sources());
    String destination = destination(add.sources());
    List<Digest> below = flags.link() ? List.of() : state.layers();
    CopyRules rules = rules(flags);
    IgnoreRules excluded = IgnoreRules.of(flags.exclude().stream().map(expander::word).toList());
    RemoteSources remote = keep(new RemoteSources(run, add, expander));
    List<SourceFiles> files = new ArrayList<>();
    for (String path : paths) {
      if (RemoteSources.isRemote(path)) {
        files.add(remote.fetch(path, destination));
        continue;
      }
      if (add.checksum() != null) {
        throw new SyntaxException("--checksum is for what is fetched, and " + path + " is local");
      }
      OpenedTree source = keep(run.open(stage, null));
      try (FileFinder finder = new FileFinder(linux, source.tree(), excluded, false)) {
        for (Selection selection : finder.find(path)) {
          files.add(SourceFiles.added(linux, selection, add.unpack()));
        }
      }
    }
    addDocuments(add.sources(), files);
    return layer(files, destination, below, rules);
  }

  private List<String> expanded(Sources sources) {
    List<String> paths = sources.paths().stream().map(expander::word).toList();
    for (String path : paths) {
      if (path.isEmpty()) {
        throw new SyntaxException("a source is empty once its variables are substituted");
      }
    }
    return paths;
  }

  /** The destination from the root, with its slash at the end if it had one. */
  private String destination(Sources sources) {
    String text = expander.word(sources.destination());
    if (text.isEmpty()) {
      throw new SyntaxException("the destination is empty once its variables are substituted");
    }
    boolean several = sources.paths().size() + sources.documents().size() > 1;
    if (several && !text.endsWith("/") && !text.equals(".") && !text.endsWith("/.")) {
      throw new SyntaxException(
          "several sources need a destination that is a folder; write " + text + "/");
    }
    String path = text.startsWith("/") ? text : state.workingFolder() + "/" + text;
    boolean folder = text.endsWith("/") || text.equals(".") || text.endsWith("/.");
    return folder && !path.endsWith("/") ? path + "/" : path;
  }

  private CopyRules rules(FileFlags flags) throws IOException {
    String chown = flags.chown() == null ? "" : expander.word(flags.chown());
    String chmod = flags.chmod() == null ? "" : expander.word(flags.chmod());
    return new CopyRules(
        chown.isEmpty() ? null : new OwnerLookup(linux, run.trees()).owner(state.layers(), chown),
        chmod.isEmpty() ? null : FileMode.parse(chmod));
  }

  private void addDocuments(Sources sources, List<SourceFiles> files) throws IOException {
    if (sources.documents().isEmpty()) {
      return;
    }
    Scratch scratch = keep(new Scratch(run.store(), run.lease()));
    Fd folder = keep(scratch.folder("documents"));
    FileTree tree = FileTree.ofContext(folder, "the Dockerfile", IgnoreRules.NONE);
    WordExpander ofDocuments = WordExpander.ofDocuments(state.variables()::get);
    for (HereDocument document : sources.documents()) {
      String data = document.expand() ? ofDocuments.word(document.data()) : document.data();
      SmallFile.write(linux, folder, document.name(), data, 0644);
    }
    try (FileFinder finder = new FileFinder(linux, tree, IgnoreRules.NONE, false)) {
      for (HereDocument document : sources.documents()) {
        finder.find(document.name()).forEach(selection -> files.add(SourceFiles.copied(selection)));
      }
    }
  }

  private Digest layer(
      List<SourceFiles> files, String destination, List<Digest> below, CopyRules rules)
      throws IOException {
    CacheKey key =
        new CacheKey("copy")
            .addLayers(below)
            .add(destination)
            .add(rules.toString())
            .add(String.valueOf(run.epoch()));
    try (ContentDigest digest = new ContentDigest(linux)) {
      for (SourceFiles source : files) {
        key.add(Boolean.toString(source.unpacked()));
        key.add(digest.of(List.of(source.selection())).toString());
      }
    }
    return step.layer(
        key.digest(),
        below,
        (stack, writable) -> {
          try (Fd root = stack.mount(writable, OPTIONS);
              FileCopy copy = new FileCopy(linux, root, rules)) {
            for (SourceFiles source : files) {
              run.commands().checkCancelled();
              source.putInto(linux, root, copy, destination, rules);
            }
          }
        });
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.add(resource);
    return resource;
  }

  @Override
  public void close() {
    for (AutoCloseable resource : opened.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
