"""Where recordings lie: local files by default, S3 by a setting, the same calls for both.

- `incoming`: a file on its way in, written and hashed once.
- `recordings`: the finished recordings behind Django's storage named "recordings".
- `parts`: the parts of a resumable upload, as local files.
- `bucket`, `multipart`: a bucket's objects, and its own parts.
- `checksums`: what the bytes must be, and whether they are.
- `failures`: an error of the disk or the bucket as `storage_unavailable`.
"""
