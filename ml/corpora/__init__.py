"""Published corpora of therapy talk, read into the records of `ml.schemas.dialogue`.

- `mesc.read_mesc`: emotions and strategies in our own labels.
- `annomi.read_annomi`: behaviour and talk codes, all kept in `source_labels`.
- `esconv.read_esconv`: support strategies in `source_labels`, two of which are also ours.

The files are not part of this project; each reader states their licence in `Source.licence`.
"""
