import { SkeletonRows } from '../components/skeleton-rows';
import classes from './page.module.css';

/** While the code of a page is being fetched. */
export function PendingPage() {
  return <div className={classes.page}><SkeletonRows rows={6} height={48} /></div>;
}
