package io.lighter.images.registry.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of the upload of one blob to one repository, so that another process can go
 * on with it after this one was killed. Nothing of it says who we are. That a note cannot be read
 * or written is no failure of the upload: it begins anew then. Used by one thread at a time.
 */
public interface UploadNote {
  /** Nothing is written down. */
  UploadNote NONE =
      new UploadNote() {
        @Override
        public @Nullable Place place() {
          return null;
        }

        @Override
        public void put(Place place) {}

        @Override
        public void remove() {}
      };

  /**
   * Where an upload goes on.
   *
   * @param location that the registry gave for it
   * @param confirmed how many bytes the registry has said it has
   */
  record Place(URI location, long confirmed) {}

  /** Returns what was written last, also by a process before this one; or null. */
  @Nullable Place place();

  /** Writes down how far it has come; whole or not at all, at any instant. */
  void put(Place place);

  /** Forgets the upload: it has come to an end. */
  void remove();
}
