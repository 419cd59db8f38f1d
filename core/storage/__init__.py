"""Where recordings lie: local files by default, S3 by a setting, the same calls for both.

- `incoming`: a file on its way in, written and hashed once.
- `recordings`: the finished recordings behind Django's storage named "recordings".
- `parts`: the parts of a resumable upload.
- `failures`: an error of the disk or the bucket as `storage_unavailable`.
"""
