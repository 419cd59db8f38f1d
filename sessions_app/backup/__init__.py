"""Backup and restore of everything that cannot be made again: the database and the recordings.

    FOLDER/
      media/KEY             each recording once; its key never names anybody and never changes
      snapshots/TIME/
        database            the whole database at one moment
        manifest.json       written last: what belongs to that moment, and every checksum

A second backup copies only recordings that are new. Models, adapters and the broker are not in it:
models are fetched again, and the broker holds nothing that the rows don't (decision 1).
"""
