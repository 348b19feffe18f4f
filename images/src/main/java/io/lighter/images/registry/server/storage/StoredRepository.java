package io.lighter.images.registry.server.storage;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.store.BlobStore;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Ingest;
import io.lighter.images.store.Lease;
import io.lighter.images.store.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One repository: which blobs, manifests and tags it has. Safe for use by many threads. */
public final class StoredRepository {
  private static final int MAX_MANIFEST = 4 << 20;
  private static final int HEX_IN_NAME = 64;
  private static final byte[] NOTHING = new byte[0];

  private final ImageStore images;
  private final Lock adding;
  private final String name;
  private final String code;

  StoredRepository(ImageStore images, Lock adding, String name) {
    this.images = images;
    this.adding = adding;
    this.name = name;
    this.code = name.replace('/', 'S');
  }

  static String decode(String code) {
    return code.replace('S', '/');
  }

  String code() {
    return code;
  }

  public String name() {
    return name;
  }

  /** Whether anything was ever stored in it. */
  public boolean exists() throws IOException {
    return images.records("repositories").get(code) != null;
  }

  /** Where the content is, of this and all other repositories. */
  public BlobStore content() {
    return images.blobs();
  }

  /** Begins an operation, which keeps content that is not linked yet. */
  public Lease lease() throws IOException {
    return images.lease();
  }

  private Records records(String kind) {
    return images.records(kind + "." + code);
  }

  private FetchTimes times() {
    return new FetchTimes(records("fetched"));
  }

  static String recordName(Digest digest) {
    return digest.algorithm() + "-" + digest.hex();
  }

  static Digest digest(String recordName) {
    int dash = recordName.indexOf('-');
    return new Digest(recordName.substring(0, dash), recordName.substring(dash + 1));
  }

  /** Whether this repository has a blob; keeps it for a while longer if no manifest needs it. */
  public boolean hasBlob(Digest blob) throws IOException {
    Records blobs = records("blobs");
    String record = recordName(blob);
    if (blobs.get(record) == null || !content().has(blob)) {
      return false;
    }
    blobs.touch(record);
    return true;
  }

  /**
   * Makes a blob that the lease keeps part of this repository.
   *
   * @param fetched when a mirror took it
   */
  public void linkBlob(Digest blob, Instant fetched) throws IOException {
    // Whoever takes away what has expired waits: it would take the new for the old.
    adding.lock();
    try {
      times().note(blob, fetched);
      linkBlob(blob);
    } finally {
      adding.unlock();
    }
  }

  /** Makes a blob that the lease keeps part of this repository. */
  public void linkBlob(Digest blob) throws IOException {
    makeKnown();
    records("blobs").put(recordName(blob), NOTHING, List.of(blob), List.of());
  }

  /** Takes a blob away from this repository; returns whether it had it. */
  public boolean unlinkBlob(Digest blob) throws IOException {
    return records("blobs").remove(recordName(blob));
  }

  private void makeKnown() throws IOException {
    Records all = images.records("repositories");
    if (all.get(code) == null) {
      all.put(code, NOTHING, List.of(), List.of());
    }
  }

  /** Returns a manifest, or null when this repository has not got it. */
  public @Nullable StoredManifest manifest(Digest digest) throws IOException {
    byte[] record = records("manifests").get(recordName(digest));
    return record == null ? null : StoredManifest.read(record);
  }

  /** Returns the bytes of a manifest that was here; null when it was removed by now. */
  public byte @Nullable [] bytes(StoredManifest manifest) throws IOException {
    return content().readIfPresent(manifest.descriptor().digest(), MAX_MANIFEST);
  }

  /** All manifests, in no order. */
  public List<Digest> manifests() throws IOException {
    return records("manifests").names().stream().map(StoredRepository::digest).toList();
  }

  /** Returns what a tag stands for, or null. */
  public @Nullable Digest tag(String tag) throws IOException {
    byte[] record = records("tags").get(tag);
    return record == null ? null : Digest.parse(new String(record, StandardCharsets.UTF_8));
  }

  /** All tags, sorted. */
  public List<String> tags() throws IOException {
    return records("tags").names().stream().sorted().toList();
  }

  /**
   * Stores a manifest.
   *
   * @param tag that stands for it from now on, or null
   * @param fetched when a mirror took it, which need not have what it refers to yet; null when it
   *     was pushed, and all must be here
   * @throws MissingContentException when something is not here
   */
  public void put(
      StoredManifest manifest, byte[] bytes, @Nullable String tag, @Nullable Instant fetched)
      throws IOException {
    Digest digest = manifest.descriptor().digest();
    boolean whole = fetched == null;
    // Whoever takes links away waits: what is looked for here stays.
    adding.lock();
    try (Lease lease = images.lease()) {
      List<Digest> needed = new ArrayList<>();
      for (Digest blob : manifest.blobs()) {
        if (lease.keepBlob(blob) && hasBlob(blob)) {
          needed.add(blob);
        } else if (whole) {
          throw new MissingContentException(blob);
        }
      }
      for (Digest child : manifest.manifests()) {
        if (whole && manifest(child) == null) {
          throw new MissingContentException(child);
        }
      }
      needed.add(digest);
      keep(lease, digest, bytes);
      if (fetched != null) {
        times().note(digest, fetched);
      }
      makeKnown();
      records("manifests").put(recordName(digest), manifest.toBytes(), needed, List.of());
      Digest subject = manifest.subject();
      if (subject != null) {
        String name = referrerPrefix(subject) + hex(digest);
        records("referrers").put(name, manifest.toBytes(), List.of(), List.of());
      }
      if (tag != null) {
        byte[] target = digest.toString().getBytes(StandardCharsets.UTF_8);
        // The record of the manifest keeps the content, and does not go before the tag.
        records("tags").put(tag, target, List.of(), List.of());
      }
    } finally {
      adding.unlock();
    }
  }

  private void keep(Lease lease, Digest digest, byte[] bytes) throws IOException {
    try (Ingest ingest = content().begin(lease, digest, bytes.length)) {
      if (!ingest.isDone()) {
        ingest.restart();
        ingest.write(bytes, 0, bytes.length);
        ingest.commit();
      }
    }
  }

  /** Removes a tag; returns whether there was one. */
  public boolean removeTag(String tag) throws IOException {
    return records("tags").remove(tag);
  }

  /** Removes a manifest with its tags; returns whether there was one. */
  public boolean removeManifest(Digest digest) throws IOException {
    StoredManifest manifest = manifest(digest);
    if (manifest == null) {
      return false;
    }
    for (String tag : tags()) {
      if (digest.equals(tag(tag))) {
        removeTag(tag);
      }
    }
    Digest subject = manifest.subject();
    if (subject != null) {
      records("referrers").remove(referrerPrefix(subject) + hex(digest));
    }
    return records("manifests").remove(recordName(digest));
  }

  /**
   * Gives away the manifests about another, in the order of their digests. Only those that are
   * asked for are read.
   *
   * @param after of the last one that is left out; null begins with the first
   * @param reader returns whether it wants another one
   */
  public void referrers(Digest subject, @Nullable Digest after, Predicate<Descriptor> reader)
      throws IOException {
    Records all = records("referrers");
    String prefix = referrerPrefix(subject);
    String last = after == null ? "" : prefix + hex(after);
    List<String> names =
        all.names().stream()
            .filter(name -> name.startsWith(prefix) && name.compareTo(last) > 0)
            .sorted()
            .toList();
    for (String record : names) {
      byte[] bytes = all.get(record);
      StoredManifest manifest = bytes == null ? null : StoredManifest.read(bytes);
      if (manifest != null
          && subject.equals(manifest.subject())
          && !reader.test(manifest.descriptor())) {
        return;
      }
    }
  }

  private static String referrerPrefix(Digest subject) {
    return hex(subject) + ".";
  }

  /** Enough of a digest for a name; the record has the whole. */
  private static String hex(Digest digest) {
    return digest.hex().substring(0, Math.min(digest.hex().length(), HEX_IN_NAME));
  }

  /** Takes away blobs that no manifest needs and nobody has asked for since. */
  void unlinkUnused(Instant oldest) throws IOException {
    Set<Digest> needed = needed();
    Records blobs = records("blobs");
    for (String record : blobs.names()) {
      Instant used = blobs.lastUsed(record);
      if (!needed.contains(digest(record)) && used != null && used.isBefore(oldest)) {
        blobs.remove(record);
      }
    }
  }

  /**
   * Takes away what a mirror fetched before a time. What a manifest needs that was fetched later
   * stays with it. What is killed in the middle has its end at the next time: the note of the time
   * goes last.
   */
  void expire(Instant oldest) throws IOException {
    FetchTimes times = times();
    Set<Digest> old = new HashSet<>(times.before(oldest));
    if (old.isEmpty()) {
      return;
    }
    for (Digest digest : manifests()) {
      StoredManifest manifest = old.contains(digest) ? null : manifest(digest);
      if (manifest != null) {
        manifest.manifests().forEach(old::remove);
      }
    }
    for (Digest digest : old) {
      removeManifest(digest);
    }
    Set<Digest> needed = needed();
    for (Digest digest : old) {
      if (!needed.contains(digest)) {
        unlinkBlob(digest);
        times.forget(digest);
      }
    }
  }

  private Set<Digest> needed() throws IOException {
    Set<Digest> needed = new HashSet<>();
    for (Digest digest : manifests()) {
      StoredManifest manifest = manifest(digest);
      if (manifest != null) {
        needed.addAll(manifest.blobs());
      }
    }
    return needed;
  }
}
