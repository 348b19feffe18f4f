/**
 * Where images are kept on this machine: content by its digest, layers unpacked once, and what
 * names them.
 *
 * <p>From one end to the other: an operation takes a {@link io.lighter.images.store.Lease}, asks it
 * for each blob ({@link io.lighter.images.store.Lease#keepBlob}) and writes what is missing by an
 * {@link io.lighter.images.store.Ingest}; layers are unpacked by a {@link
 * io.lighter.images.store.LayerIngest}; at last an {@link io.lighter.images.store.ImageRecord} says
 * what the image is made of, and from then on keeps it. The lease ends.
 *
 * <pre>
 * ROOT/lock                    held shared by whoever begins to use content, alone by who removes
 * ROOT/boot                    the boot of the kernel that wrote last
 * ROOT/blobs/sha256/HEX        whole content, never changed
 * ROOT/ingest/sha256-HEX       content that is being written, locked by who writes it
 * ROOT/ingest/new-N            the same where the digest is not known yet
 * ROOT/layers/sha256/HEX/fs    an unpacked layer, by its diffID; beside it `size`
 * ROOT/leases/N                what an operation uses, locked while it runs; upload-N: one that only one may do
 * ROOT/images/HEX              a record, by the id of the image
 * ROOT/references              names and what they stand for
 * ROOT/records/KIND/NAME       what others keep here, with the content that it needs
 * </pre>
 *
 * <p>Any number of processes may use one store. What is written is whole or not there, whenever a
 * process is killed: files are renamed into place. A power failure is another matter: content is
 * not forced to the disk piece by piece, but once for each record, before that is written; what no
 * record names after a reboot is not believed, and removed.
 */
@NullMarked
package io.lighter.images.store;

import org.jspecify.annotations.NullMarked;
