"""Takes names, places, contacts and dates out of text before it leaves the chart."""
